"""What the platforms show, as HTML: pure functions from a platform's own payload to ``markupsafe.Markup``.

``slack``, ``discord`` and ``console`` draw what their platform would be sent, so that a page shows what a person there sees.
Nothing that people wrote is ever markup here, and nothing is styled or scripted in place: a page needs ``static/chat.css``, and
``static/chat.js`` for times in the reader's zone. Whatever can be pressed or filled in carries what it sends in ``data-`` attributes.
"""

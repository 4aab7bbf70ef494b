from __future__ import annotations

from bot import shelf
from bot.shelf import Shelf


def test_a_piece_is_found_by_its_word_and_the_same_piece_is_kept_once():
    kept = Shelf()
    word = kept.put("members.csv", b"name")
    assert kept.put("members.csv", b"name") == word
    assert kept.put("audit.csv", b"name") != word
    assert kept.find(word) == ("members.csv", b"name")
    assert kept.find("another") is None


def test_what_was_put_there_again_outlives_what_was_not():
    kept = Shelf()
    words = [kept.put("", bytes([number])) for number in range(shelf.MOST)]
    kept.put("", bytes([0]))
    kept.put("", b"one too many")
    assert kept.find(words[0]) is not None
    assert kept.find(words[1]) is None
    assert kept.find(words[2]) is not None


def test_large_pieces_make_room_for_each_other_and_the_last_is_always_there():
    kept = Shelf()
    half = shelf.MOST_BYTES // 2
    words = [kept.put(name, b"x" * half) for name in ("a", "b", "c")]
    assert [kept.find(word) is not None for word in words] == [False, True, True]
    huge = kept.put("huge", b"x" * (shelf.MOST_BYTES + 1))
    assert kept.find(huge) is not None
    assert kept.find(words[2]) is None

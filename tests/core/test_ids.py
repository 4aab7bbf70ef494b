from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import ids
from core.ids import ALPHABET, BASE, Codes, normal, short

CODES = Codes(b"0123456789abcdef")


def test_the_alphabet_has_no_two_letters_that_look_alike():
    assert ALPHABET == "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert len(set(ALPHABET)) == BASE == 30
    assert not set("01ILOU") & set(ALPHABET)


@given(st.text(max_size=20), st.integers(0, 10**9), st.integers(0, 99))
def test_codes_are_groups_of_four_letters_of_the_alphabet(workspace, number, generation):
    group = f"[{ALPHABET}]{{4}}"
    assert re.fullmatch(f"{group}(-{group}){{3}}", CODES.invite(workspace, f"inv-{number}", generation))
    assert re.fullmatch(f"{group}-{group}", CODES.link(workspace, number, generation))


def test_a_code_differs_by_workspace_invitation_generation_and_secret():
    made = [
        CODES.invite("W1", "inv-AAAA", 0),
        CODES.invite("W2", "inv-AAAA", 0),
        CODES.invite("W1", "inv-AAAB", 0),
        CODES.invite("W1", "inv-AAAA", 1),
        Codes(b"fedcba9876543210").invite("W1", "inv-AAAA", 0),
    ]
    assert len(set(made)) == len(made)
    assert CODES.invite("W1", "inv-AAAA", 0) == made[0]


def test_what_the_database_keeps_of_a_code_needs_the_secret_too():
    code = CODES.invite("W1", "inv-AAAA", 0)
    assert CODES.index(code) != Codes(b"fedcba9876543210").index(code)
    assert normal(code) not in CODES.index(code).upper()


def test_a_secret_of_sixteen_bytes_is_enough_and_one_less_is_not():
    Codes(b"x" * 16)
    with pytest.raises(ValueError, match="16 bytes"):
        Codes(b"x" * 15)


def test_many_codes_use_every_letter_about_equally_often():
    letters = "".join(normal(CODES.invite("W", f"inv-{n}", 0)) for n in range(3_000))
    expected = len(letters) / BASE
    assert all(0.85 * expected < letters.count(letter) < 1.15 * expected for letter in ALPHABET)


_SEPARATORS = st.sampled_from(["", "-", " ", "  ", "–", "—", "_", ".", "\n", "\u00a0", "‑"])


@given(
    st.integers(0, 10**6),
    st.lists(_SEPARATORS, min_size=17, max_size=17),
    st.lists(st.booleans(), min_size=16),
)
def test_every_way_of_typing_a_code_is_the_same_code(number, separators, lower):
    code = CODES.invite("W1", f"inv-{number}", 0)
    letters = [
        letter.lower() if small else letter for letter, small in zip(normal(code), lower, strict=False)
    ]
    typed = separators[16] + "".join(a + b for a, b in zip(letters, separators, strict=False))

    assert normal(typed) == normal(code)
    assert CODES.index(typed) == CODES.index(code)


@given(st.text(), st.text())
def test_two_texts_are_one_code_only_when_their_normal_forms_are_equal(one, other):
    one, other = (value.encode(errors="ignore").decode() for value in (one, other))
    assert (CODES.index(one) == CODES.index(other)) == (normal(one) == normal(other))


@given(st.integers(0, 2**48), st.integers(0, BASE**4 - 3_000))
def test_short_ids_of_different_numbers_differ(salt, start):
    made = {short(number, salt) for number in range(start, start + 1_000)}
    assert len(made) == 1_000
    assert all(len(one) == 4 and set(one) <= set(ALPHABET) for one in made)


@given(st.integers(0, 2**48))
def test_ids_grow_by_a_letter_when_the_four_letter_ones_are_used_up(salt):
    around = [short(BASE**4 + offset, salt) for offset in (-2, -1, 0, 1)]
    assert [len(one) for one in around] == [4, 4, 5, 5]
    assert len(set(around)) == 4


def test_no_four_letter_id_comes_twice():
    assert math.gcd(ids._STEP, BASE) == 1  # multiplying permutes every range of ids
    assert len({short(number, 12_345) for number in range(0, BASE**4, 9)}) == BASE**4 // 9

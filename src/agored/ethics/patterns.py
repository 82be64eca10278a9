"""The forms of identifiers in UK data: e-mail addresses, phone numbers, National Insurance and NHS numbers,
postcodes.

Each function judges one text and keeps nothing. How many texts of a column must fit before the column counts
as personal data is decided in ``personal_data``: one number alone proves little (every eleventh number of ten
digits passes the NHS check, the phone number of a council among them).
"""

from __future__ import annotations

import re

from agored.ethics.people import is_given_name, is_role_word

# A cell holds an address wherever it stands, so these search; letters or digits beside a form rule it out.
_EMAIL = re.compile(r"(?<![\w.+-])([\w.%+'\u2019-]{1,64})@((?:[\w-]{1,63}\.)+[A-Za-z]{2,24})(?![\w-])")

# Ofcom's National Telephone Numbering Plan: 01 and 02 are places, 07 mobiles and personal numbers. Left out
# are numbers that only organisations have (03, 08, 09), pagers (076) and the few landlines of nine digits.
_START = r"(?:1[1-9]|2[03489]|7[0-57-9])"
_GAP = r"[\s.-]?"
_GROUPS = "|".join(
    _GAP.join([rf"\d{{{first}}}\)?", *(rf"\d{{{size}}}" for size in sizes)])
    for first, sizes in ((0, (4, 4)), (1, (3, 4)), (2, (3, 3)), (2, (6,)), (2, (2, 2, 2)), (3, (5,)))
)
_PREFIX = r"(?:(?:\+|00)\s?44\s?(?:\(0\)\s?)?\(?|\(?0)"
_ALONE = r"(?<![\dA-Za-z])(?<!\d[.,/:-])", r"(?!\d)(?![.,/:-]\d)(?![A-Za-z])"
_PHONE = re.compile(f"{_ALONE[0]}{_PREFIX}{_START}(?:{_GROUPS}){_ALONE[1]}")
_NATIONAL_DIGITS = re.compile(rf"(?:0|(?:00)?440?)?{_START}\d{{8}}")

# HMRC, National Insurance Manual NIM39110: no D, F, I, Q, U, V; no O second; some pairs are never used.
_NI_PREFIX = r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_NI_DIGITS = r"([ -]?)\d{2}\1\d{2}\1\d{2}"
_NI = re.compile(rf"(?<![\w\\-]){_NI_PREFIX}{_NI_DIGITS}[ -]?[A-D](?![\w\\-])")
_NI_WHOLE = re.compile(rf"{_NI_PREFIX}{_NI_DIGITS}(?:[ -]?[A-D])?")
_NI_SHAPE = re.compile(r"[A-Z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-Z]")

_NHS_SHAPE = re.compile(r"[1-9]\d{2}([ -]?)\d{3}\1\d{4}")
_NHS_NAMED = re.compile(r"(?:\bNHS\b|\bGIG\b)[^\d\n]{0,25}(?<!\d)([1-9]\d{2}([ -]?)\d{3}\2\d{4})(?!\d)", re.I)

# Royal Mail's 124 postcode areas.
_AREAS = """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN
    EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML
    N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD
    TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
_OUTWARD = rf"(?:{'|'.join(sorted(_AREAS.split(), key=len, reverse=True))})(?:\d[A-HJKMNPR-Y]?|\d\d)"
_INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
_POSTCODE = re.compile(rf"(?<![A-Z0-9&-]){_OUTWARD}\s{{1,2}}{_INWARD}(?![A-Za-z0-9])")
_POSTCODE_WHOLE = re.compile(rf"{_OUTWARD}\s{{0,2}}{_INWARD}", re.I)


def has_personal_email(text: str) -> bool:
    """Whether ``text`` holds an e-mail address that is not a role's (``info@``, ``ymholiadau@``)."""
    return any(not is_role(match.group(1)) for match in _EMAIL.finditer(text))


def is_role(local: str) -> bool:
    """Whether the part of an address before the @ names a role: it holds a role's word, and no given name or
    initial.

    ``john.hall`` and ``j.hall`` are a person's, ``hall`` and ``villagehall.bookings`` a role's.
    """
    words = [word for word in re.split(r"[^a-z]+", local.casefold()) if word]
    if any(len(word) == 1 or is_given_name(word) for word in words):
        return False
    return any(map(is_role_word, words))


def has_phone(text: str) -> bool:
    """Whether ``text`` holds a UK landline or mobile number, written with its 0 or +44."""
    return _PHONE.search(text) is not None


def is_bare_phone(text: str) -> bool:
    """Whether ``text`` is nothing but the digits of a UK number, its 0 perhaps lost in a spreadsheet."""
    return _NATIONAL_DIGITS.fullmatch(re.sub(r"[\s().+-]", "", text)) is not None


def has_national_insurance(text: str) -> bool:
    """Whether ``text`` holds a National Insurance number in capitals, with its last letter."""
    return _NI.search(text) is not None


def is_national_insurance(text: str) -> bool:
    """Whether ``text`` is nothing but a National Insurance number, in any case; its last letter may be
    missing.
    """
    return _NI_WHOLE.fullmatch(text.strip().upper()) is not None


def is_national_insurance_shaped(text: str) -> bool:
    """Whether ``text`` is two letters, six digits and a letter, as National Insurance numbers are."""
    return _NI_SHAPE.fullmatch(text.strip().upper()) is not None


def is_nhs_shaped(text: str) -> bool:
    """Whether ``text`` is ten digits without a leading 0, perhaps in groups of three, three and four."""
    return _NHS_SHAPE.fullmatch(text.strip()) is not None


def passes_nhs_check(text: str) -> bool:
    """Whether the ten digits in ``text`` pass the modulus 11 check of the NHS Data Dictionary.

    The first nine are weighted 10 to 2; eleven minus the remainder of the sum by eleven is the last, eleven
    standing for 0, and ten makes a number invalid.
    """
    digits = [int(digit) for digit in text if digit.isdigit()]
    if len(digits) != 10:
        return False
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check % 11 == digits[9] and check != 10


def names_nhs_number(text: str) -> bool:
    """Whether ``text`` says NHS or GIG and then gives a number that passes the check."""
    return any(passes_nhs_check(match.group(1)) for match in _NHS_NAMED.finditer(text))


def has_postcode(text: str) -> bool:
    """Whether ``text`` holds a full postcode as it is written: in capitals, with its blank."""
    return _POSTCODE.search(text) is not None


def is_postcode(text: str) -> bool:
    """Whether ``text`` is nothing but a full postcode, in any case, with or without its blank."""
    return _POSTCODE_WHOLE.fullmatch(text.strip()) is not None

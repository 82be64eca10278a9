"""The types of expectations that can be judged here, and the limits that they take."""

from __future__ import annotations

from collections.abc import Mapping

_UNIT = {"min_value": "unit", "max_value": "unit"}
_NUMBERS = {"min_value": "number", "max_value": "number"}
_CODES = {"value_set": "codes"}
_MOSTLY = {"mostly": "number"}

# What can be judged here, and what kind of limit each argument takes: ``unit`` is the column's own (a number,
# or a period), ``codes`` a set. Left out are types that need a database, another table or GX's own names of
# types.
KINDS: Mapping[str, Mapping[str, str]] = {
    "expect_column_distinct_values_to_be_in_set": _CODES,
    "expect_column_distinct_values_to_contain_set": _CODES,
    "expect_column_distinct_values_to_equal_set": _CODES,
    "expect_column_kl_divergence_to_be_less_than": {"threshold": "number"},
    "expect_column_max_to_be_between": _UNIT,
    "expect_column_mean_to_be_between": _NUMBERS,
    "expect_column_median_to_be_between": _NUMBERS,
    "expect_column_min_to_be_between": _UNIT,
    "expect_column_most_common_value_to_be_in_set": _CODES,
    "expect_column_pair_values_a_to_be_greater_than_b": _MOSTLY,
    "expect_column_pair_values_to_be_equal": _MOSTLY,
    "expect_column_pair_values_to_be_in_set": _MOSTLY,
    "expect_column_proportion_of_non_null_values_to_be_between": _NUMBERS,
    "expect_column_proportion_of_unique_values_to_be_between": _NUMBERS,
    "expect_column_quantile_values_to_be_between": {},
    "expect_column_stdev_to_be_between": _NUMBERS,
    "expect_column_sum_to_be_between": _NUMBERS,
    "expect_column_to_exist": {"column_index": "number"},
    "expect_column_unique_value_count_to_be_between": _NUMBERS,
    "expect_column_value_lengths_to_be_between": {**_NUMBERS, **_MOSTLY},
    "expect_column_value_lengths_to_equal": {"value": "number", **_MOSTLY},
    "expect_column_value_z_scores_to_be_less_than": {"threshold": "number", **_MOSTLY},
    "expect_column_values_to_be_between": {**_UNIT, **_MOSTLY},
    "expect_column_values_to_be_dateutil_parseable": _MOSTLY,
    "expect_column_values_to_be_decreasing": _MOSTLY,
    "expect_column_values_to_be_in_set": {**_CODES, **_MOSTLY},
    "expect_column_values_to_be_increasing": _MOSTLY,
    "expect_column_values_to_be_json_parseable": _MOSTLY,
    "expect_column_values_to_be_null": _MOSTLY,
    "expect_column_values_to_be_unique": _MOSTLY,
    "expect_column_values_to_match_json_schema": _MOSTLY,
    "expect_column_values_to_match_regex": {"regex": "text", **_MOSTLY},
    "expect_column_values_to_match_regex_list": {"regex_list": "codes", **_MOSTLY},
    "expect_column_values_to_match_strftime_format": {"strftime_format": "text", **_MOSTLY},
    "expect_column_values_to_not_be_in_set": {**_CODES, **_MOSTLY},
    "expect_column_values_to_not_be_null": _MOSTLY,
    "expect_column_values_to_not_match_regex": {"regex": "text", **_MOSTLY},
    "expect_column_values_to_not_match_regex_list": {"regex_list": "codes", **_MOSTLY},
    "expect_compound_columns_to_be_unique": _MOSTLY,
    "expect_multicolumn_sum_to_equal": {"sum_total": "number", **_MOSTLY},
    "expect_multicolumn_values_to_be_equal": _MOSTLY,
    "expect_select_column_values_to_be_unique_within_record": _MOSTLY,
    "expect_table_column_count_to_be_between": _NUMBERS,
    "expect_table_column_count_to_equal": {"value": "number"},
    "expect_table_columns_to_match_ordered_list": {},
    "expect_table_columns_to_match_set": {"column_set": "codes"},
    "expect_table_row_count_to_be_between": _NUMBERS,
    "expect_table_row_count_to_equal": {"value": "number"},
}

ABOUT_COLUMNS = frozenset({"expect_column_to_exist"}) | {
    type for type in KINDS if type.startswith("expect_table_column")
}
"""Types that ask which columns there are: for them a missing column is an answer."""

"""Limits that hold across workers, and whose address they count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.test import RequestFactory
from django.utils import timezone

from regions import throttle
from regions.account import network_address
from regions.models import Attempt
from regions.throttle import (
    attempts,
    count_attempt,
    forget_attempts,
    purge_attempts,
    seconds_left,
    take_back_attempt,
)

HOUR = timedelta(hours=1)


def at(moment: datetime) -> object:
    return mock.patch.object(throttle.timezone, "now", return_value=moment)


@pytest.mark.django_db
class TestWindows:
    def test_each_scope_and_key_counts_alone(self) -> None:
        assert [count_attempt("a", "x", window=HOUR) for _ in range(3)] == [1, 2, 3]
        assert count_attempt("b", "x", window=HOUR) == 1
        assert count_attempt("a", "y", window=HOUR) == 1
        assert attempts("a", "x", window=HOUR) == 3
        assert attempts("a", "z", window=HOUR) == 0

    def test_a_new_window_starts_from_nothing(self) -> None:
        with at(datetime(2026, 3, 1, 9, 59, 59, tzinfo=UTC)):
            assert count_attempt("a", "x", window=HOUR) == 1
            assert seconds_left(HOUR) in {1, 2}
        with at(datetime(2026, 3, 1, 10, 0, 0, tzinfo=UTC)):
            assert attempts("a", "x", window=HOUR) == 0
            assert count_attempt("a", "x", window=HOUR) == 1
            assert seconds_left(HOUR) in {3600, 3601}

    def test_forgetting_leaves_others(self) -> None:
        for key in ("x", "y"):
            count_attempt("a", key, window=HOUR)
        forget_attempts("a", "X ")
        assert (attempts("a", "x", window=HOUR), attempts("a", "y", window=HOUR)) == (0, 1)

    def test_taking_back_goes_no_lower_than_nothing(self) -> None:
        count_attempt("a", "x", window=HOUR)
        for _ in range(3):
            take_back_attempt("a", "x", window=HOUR)
        assert attempts("a", "x", window=HOUR) == 0

    def test_old_windows_are_tidied_away(self) -> None:
        with at(timezone.now() - timedelta(days=2)):
            count_attempt("a", "x", window=HOUR)
        count_attempt("a", "x", window=HOUR)
        assert purge_attempts() == 1
        assert Attempt.objects.count() == 1

    @pytest.mark.parametrize("key", ["", "\x00", "a\x00b", "x" * 10_000, "'", '"', "\ud800"[:0]])
    def test_any_text_is_a_key(self, key: str) -> None:
        assert count_attempt("a", key, window=HOUR) == 1


class TestNetworkAddress:
    def address(self, forwarded: str | None = None, remote: str = "10.0.0.1") -> str:
        extra = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
        return network_address(RequestFactory().get("/", REMOTE_ADDR=remote, **extra))

    def test_without_a_proxy_the_callers_word_counts_nothing(self, settings: object) -> None:
        settings.TRUSTED_PROXIES = 0
        assert self.address("203.0.113.9") == "10.0.0.1"

    @pytest.mark.parametrize(
        ("proxies", "forwarded", "expected"),
        [
            (1, "203.0.113.9", "203.0.113.9"),
            (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
            (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
            (2, "10.0.0.2", "10.0.0.1"),
            (1, None, "10.0.0.1"),
            (1, "1.2.3.4, ", "10.0.0.1"),
            (1, "::ffff:203.0.113.9", "203.0.113.9"),
            (1, "not an address", "not an address"),
        ],
    )
    def test_behind_proxies_the_outermost_one_says(
        self, settings: object, proxies: int, forwarded: str | None, expected: str
    ) -> None:
        settings.TRUSTED_PROXIES = proxies
        assert self.address(forwarded) == expected

    def test_of_ipv6_the_network_counts(self) -> None:
        one, same, other = (
            self.address(remote=remote)
            for remote in ("2001:db8:1:2:aaaa::1", "2001:db8:1:2:bbbb::9", "2001:db8:1:3::1")
        )
        assert one == same == "2001:db8:1:2::/64"
        assert other != one

"""Argon2 as tests use it: the same algorithm and format, at a cost nobody would choose."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """One pass over 8 KiB instead of two over 100 MiB; tests/people/test_passwords.py checks what the application itself uses."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1

"""The application's settings in tests: its own data folder under the temporary folder, and never a database of yours."""

from __future__ import annotations

import os

from tests.database import TEST_HOME

os.environ.pop("DATABASE_URL", None)
os.environ.pop("DATABASE_OWNER_URL", None)
os.environ["ZHUNSHENG_HOME"] = str(TEST_HOME)
os.environ["ZHUNSHENG_SECRET_KEY"] = "of-tests-only-and-worth-nothing-to-anyone"

from zhunsheng.config.settings import *  # noqa: F403 - the variables come first

PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]

"""The application's settings in tests: its own data folder under the temporary folder, and never a database of yours."""

from __future__ import annotations

import os

from tests.database import TEST_HOME

os.environ.pop("DATABASE_URL", None)
os.environ.pop("DATABASE_OWNER_URL", None)
os.environ["ZHUNSHENG_HOME"] = str(TEST_HOME)
os.environ["ZHUNSHENG_SECRET_KEY"] = "of-tests-only-and-worth-nothing-to-anyone"

# The middleware that serves static files warns where their folder is missing.
(TEST_HOME / "static").mkdir(mode=0o711, parents=True, exist_ok=True)

from zhunsheng.config.settings import *  # noqa: E402, F403 - the variables come first

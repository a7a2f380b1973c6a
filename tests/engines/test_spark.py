"""What Spark finds is what the interpreter finds, row for row, for norms and logs made by chance."""

from __future__ import annotations

import os
from functools import partial

import pytest

from tests.engines.chance import FORMS
from tests.engines.equality import assert_same

pytestmark = [pytest.mark.slow, pytest.mark.spark, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    from zhunsheng.norms.compile.run_spark import SETTINGS

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master("local[2]").config("spark.sql.shuffle.partitions", "2")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value) if "shuffle" not in name else builder
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_form_is_executed_as_it_is_meant(spark, form, seed):
    from zhunsheng.norms.compile.run_spark import run_spark

    assert_same(partial(run_spark, session=spark), seed, [form])

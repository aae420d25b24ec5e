"""Trains a binary classifier with LightGBM for aieng, which says by variables where things are (docs/handoff.md)."""

import json
import os
from pathlib import Path

import lightgbm
import pandas

told = json.loads(Path(os.environ["AIENG_PARAMETERS"]).read_text())
parameters = {"num_leaves": 7, "learning_rate": 0.05, "min_data_in_leaf": 30, **told["parameters"]}


def dataset(path: str, reference: lightgbm.Dataset | None = None) -> lightgbm.Dataset:
    """Rows as LightGBM takes them: words become categories, whose names its model file keeps."""
    rows = pandas.read_parquet(path)
    columns = {}
    for column in told["inputs"]:
        cells = rows[column["name"]]
        if column["kind"] == "category":
            # The row schema's words, in its order: the same code in both parts.
            words = column.get("categories") or sorted(cells.dropna().unique())
            columns[column["name"]] = pandas.Categorical(cells, categories=words)
        else:
            columns[column["name"]] = cells.astype("float64")
    label = (rows[told["label"]] == told["positive"]).astype(int)
    return lightgbm.Dataset(pandas.DataFrame(columns), label, reference=reference, free_raw_data=False)


train = dataset(os.environ["AIENG_TRAIN"])
validation = dataset(os.environ["AIENG_VALIDATION"], reference=train)
booster = lightgbm.train(
    {
        "objective": "binary",
        "metric": "binary_logloss",
        "seed": told["seed"],
        # The same file again from the same rows: one thread, sums in one order.
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
        **parameters,
    },
    train,
    num_boost_round=400,
    valid_sets=[validation],
    callbacks=[lightgbm.early_stopping(30, verbose=False)],
)
loss = booster.best_score["valid_0"]["binary_logloss"]
print(f"{train.num_data()} rows, {booster.best_iteration} trees, log loss {loss:.4f} on the validation part")
booster.save_model(os.environ["AIENG_OUTPUT"], num_iteration=booster.best_iteration)
Path(os.environ["AIENG_METRICS"]).write_text(json.dumps({"trees": booster.best_iteration, "log_loss": loss}))

"""Trains a classifier with scikit-learn for aieng, which says by variables where things are (docs/handoff.md)."""

import json
import os
from pathlib import Path

import pandas
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

told = json.loads(Path(os.environ["AIENG_PARAMETERS"]).read_text())
words = [column["name"] for column in told["inputs"] if column["kind"] == "category"]
numbers = [column["name"] for column in told["inputs"] if column["name"] not in words]


def rows(path: str) -> tuple[pandas.DataFrame, pandas.Series]:
    """Rows as the model will get them: ONNX takes numbers as float32, and a missing word as the empty one."""
    table = pandas.read_parquet(path)
    inputs = table[[*numbers, *words]].astype({name: "float32" for name in numbers})
    return inputs.fillna({name: "" for name in words}), table[told["label"]]


train, species = rows(os.environ["AIENG_TRAIN"])
prepare = ColumnTransformer(
    [
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        ("words", OneHotEncoder(handle_unknown="ignore"), words),
    ]
)
model = make_pipeline(prepare, LogisticRegression(max_iter=2000, random_state=told["seed"], **told["parameters"]))
model.fit(train, species)

validation, known = rows(os.environ["AIENG_VALIDATION"])
loss = log_loss(known, model.predict_proba(validation), labels=model.classes_)
print(f"{len(train)} rows, log loss {loss:.4f} on the validation part")

# One input per column, by its name.
types = [(name, FloatTensorType([None, 1])) for name in numbers]
types += [(name, StringTensorType([None, 1])) for name in words]
onnx = to_onnx(model, initial_types=types, options={"zipmap": False})
Path(os.environ["AIENG_OUTPUT"]).write_bytes(onnx.SerializeToString())
Path(os.environ["AIENG_METRICS"]).write_text(json.dumps({"log_loss": float(loss)}))

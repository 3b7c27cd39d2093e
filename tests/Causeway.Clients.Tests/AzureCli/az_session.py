"""Azure CLI as installed, in one process: reads a command a line (a JSON array of its words), and answers each with a line of JSON."""
import io
import json
import logging
import sys
import time

from azure.cli.core import get_default_cli
import requests

spent = [0.0]
send = requests.Session.send


def timed(self, *args, **kwargs):
    began = time.monotonic()
    try:
        return send(self, *args, **kwargs)
    finally:
        spent[0] += time.monotonic() - began


requests.Session.send = timed
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    out, err, real, began = io.StringIO(), io.StringIO(), sys.stderr, time.monotonic()
    spent[0] = 0.0
    sys.stdout, sys.stderr = out, err
    try:
        code = get_default_cli().invoke(json.loads(line), out_file=out)
    except SystemExit as e:
        code = e.code if isinstance(e.code, int) else 1
    finally:
        for handler in [*logging.getLogger("cli").handlers, *logging.getLogger("azure").handlers]:
            handler.flush()
        for name in ("cli", "azure"):
            logging.getLogger(name).handlers.clear()
        sys.stdout, sys.stderr = real, real
    answers.write(json.dumps({"exit": code, "out": out.getvalue(), "error": err.getvalue(), "seconds": time.monotonic() - began, "server": spent[0]}) + "\n")
    answers.flush()

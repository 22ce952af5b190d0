"""Pages from templates, and files that are whole or not there."""

import os
import pathlib

REPORT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def render(template, filters=(), **variables):
  """`template` is ROOM/FILE."""
  import jinja2  # Not before it is installed.
  environment = jinja2.Environment(
      loader=jinja2.FileSystemLoader(REPORT), autoescape=template.endswith(".html"),
      trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
  environment.filters.update(filters)
  return environment.get_template(template).render(**variables)


def write(path, text):
  """At once, or not at all: on a full disk, nothing is left behind."""
  try:
    with open(path + ".new", "w", encoding="utf-8") as file:
      file.write(text)
    os.replace(path + ".new", path)
  except OSError as error:
    pathlib.Path(path + ".new").unlink(missing_ok=True)
    raise OSError(error.errno, error.strerror, path) from error

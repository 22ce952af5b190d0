"""Pages from templates/."""

import os

FOLDER = os.path.join(os.path.dirname(os.path.realpath(__file__)), "templates")


def render(template, filters, **variables):
  import jinja2  # Not before it is installed.
  environment = jinja2.Environment(
      loader=jinja2.FileSystemLoader(FOLDER), autoescape=True,
      trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
  environment.filters.update(filters)
  return environment.get_template(template).render(**variables)


def write(path, text):
  """At once, or not at all."""
  with open(path + ".new", "w", encoding="utf-8") as file:
    file.write(text)
  os.replace(path + ".new", path)

"""The terminal, or what stands in its place. Needs rich once it is used."""

import functools
import os


@functools.cache
def console():
  from rich.console import Console
  result = Console(highlight=False, soft_wrap=True)
  return result if result.is_terminal else Console(
      highlight=False, soft_wrap=True, width=120)


def shown(path):
  """As short as it can be written from here."""
  relative = os.path.relpath(path)
  return path if relative.startswith("..") else relative


def table_of(left, right, rest=(), *, rows, styles=(), title=None,
             has_total=False, **options):
  """A rich Table: heads of columns that stand left, right, and left again."""
  from rich.table import Table
  table = Table(title=title, title_justify="left", **options)
  for heads, justify in ((left, "left"), (right, "right"), (rest, "left")):
    for head in heads:
      table.add_column(head, justify=justify, no_wrap=True)
  for number, row in enumerate(rows):
    is_last = has_total and number == len(rows) - 2
    table.add_row(*row, style=styles[number] if styles else "",
                  end_section=is_last)
  return table

"""python3 tools/report ROOM.MODULE ARGUMENT...: runs main() of that module."""

import importlib
import sys

sys.exit(importlib.import_module(sys.argv.pop(1)).main())

"""Writes recorded requests as CloudFormation templates, for scanners: export_templates.py REQUESTS TEMPLATES.

REQUESTS has a file of each emulated AWS. The templates have secrets, as the requests do.
"""

import json
import sys
from pathlib import Path

from templates import is_accepted, to_templates


def main(requests, target):
    recordings = [
        [json.loads(line) for line in file.read_text().splitlines()] for file in sorted(Path(requests).glob("*.jsonl"))
    ]
    created = [[one for one in recording if is_accepted(one)] for recording in recordings]
    Path(target).mkdir(parents=True, exist_ok=True)
    for region, templates in to_templates(created, set()).items():
        for number, template in enumerate(templates):
            Path(target, f"{region or 'global'}-{number}.json").write_text(json.dumps(template, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What the page asks of `curl`, for a machine that has none: print a page, wait for the server.

curl.py -fsS --retry 30 --retry-delay 1 --retry-connrefused URL
"""

import sys
import time
from urllib.error import HTTPError, URLError
from urllib.request import urlopen


def main(arguments: list[str]) -> int:
    url = arguments[-1]
    tries = int(arguments[arguments.index("--retry") + 1]) + 1
    while tries:
        tries -= 1
        try:
            with urlopen(url, timeout=10) as answer:
                sys.stdout.write(answer.read().decode())
            return 0
        except HTTPError as error:
            sys.stderr.write(f"{url}: {error}\n")
            return 22
        except URLError as error:
            sys.stderr.write(f"{url}: {error}\n")
            time.sleep(1 if tries else 0)
    return 7


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

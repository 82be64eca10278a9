"""A real CKAN for the tests, with the PostgreSQL, Redis and Solr that it needs.

`Services.start(folder)` starts the four, each on a free port of loopback and with its data in the test run's
own folder, and ends them when its `with` block ends. `missing()` says what this machine lacks for that.
"""

from __future__ import annotations

import atexit
import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import requests
from provision import (
    HERE,
    SOLR_SOURCES,
    ServiceError,
    ckan_environment,
    missing,
    postgres_programs,
    postgres_user,
    run,
    solr_libraries,
)

__all__ = ["ServiceError", "Services", "missing"]

ADMINISTRATOR = "agored-admin"
LOOPBACK = "127.0.0.1"

# Starting takes seconds; the limit is for a machine that is busy with other things.
START_LIMIT = 120
ANSWER_LIMIT = (5, 60)  # seconds to connect, and to answer


class Process:
    """A server that this test run started. It ends with the run, even when the run is killed."""

    def __init__(
        self,
        command: list[str],
        log: Path,
        *,
        environment: dict[str, str],
        folder: Path,
        user: str | None = None,
        end_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        self.log = log
        self._end_signal = end_signal
        # setpriv asks the kernel to send the signal when we die without a chance to do so ourselves.
        setpriv = shutil.which("setpriv")
        prefix = [setpriv, "--pdeathsig", end_signal.name.removeprefix("SIG")] if setpriv else []
        with log.open("ab") as output:
            # A session of its own: Ctrl-C at the terminal ends the tests, and these end the servers in order.
            self._popen = subprocess.Popen(
                prefix + command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                start_new_session=True,
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=[] if user else None,
            )

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._popen.pid

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait until the server is ready. When it ends instead, or takes too long, tell its log's end."""
        limit = time.monotonic() + START_LIMIT
        while not ready():
            self._check_it_runs(limit)
            time.sleep(0.05)
        # Once more: what answered may be another's server, on a port that ours found taken.
        self._check_it_runs(limit)

    def end(self, end_signal: signal.Signals | None = None) -> None:
        """End the server and everything it started, and wait until it has gone."""
        if self._popen.poll() is not None:
            return
        os.killpg(self.pid, end_signal or self._end_signal)
        try:
            self._popen.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._popen.wait()

    def _check_it_runs(self, limit: float) -> None:
        if self._popen.poll() is not None or time.monotonic() > limit:
            said = self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
            raise ServiceError(f"{self.log.name}: the server did not start:\n{said}")


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that are free now.

    They lie below those that Linux gives to outgoing connections: a port from among these might be taken
    between the killing of CKAN and its restart.
    """
    found: list[int] = []
    for port in random.SystemRandom().sample(range(20_000, 32_000), 500):
        with socket.socket() as trial:
            try:
                trial.bind((LOOPBACK, port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise ServiceError("no free ports")


def listens(port: int) -> bool:
    """Tell whether something listens on this port of loopback."""
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex((LOOPBACK, port)) == 0


def answers(url: str) -> bool:
    """Tell whether this address answers well."""
    try:
        with local_session() as session:
            return session.get(url, timeout=ANSWER_LIMIT).ok
    except requests.RequestException:
        return False


def local_session() -> requests.Session:
    """Return an HTTP session that passes by any proxy, which could not reach this machine's loopback."""
    session = requests.Session()
    session.trust_env = False
    return session


def new_postgres_folder() -> Path:
    """Return a new folder for PostgreSQL, and remove those of runs that were killed.

    It is not in the test run's folder: PostgreSQL may run as another user, who has to reach its data, and
    pytest's folders are closed to all but their owner.
    """
    prefix = "agored-postgres-"
    for old in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        if old.stat().st_mtime < time.time() - 24 * 60 * 60:
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    user = postgres_user()
    if user:
        shutil.chown(folder, user)
    return folder


# ---------------------------------------------------------------- the four services


class Services:
    """A running CKAN and what it needs.

        with Services.start(folder) as ckan:
            ckan.action("status_show")

    `url` is CKAN's address, with no slash at the end. `token` is an API token of a system administrator.

    Start it in the main thread: the kernel ends the servers when the thread that started them ends.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.token = ""
        self._ckan_environment = ckan_environment()
        self._solr_libraries = solr_libraries()
        self._ckan_port, self._postgres_port, self._redis_port, self._solr_port = free_ports(4)
        self._passwords = {role: secrets.token_hex(16) for role in ("postgres", "ckan", "datastore", "redis")}
        self._processes: list[Process] = []
        self._ckan: Process | None = None
        self._postgres_folder = new_postgres_folder()

    @classmethod
    def start(cls, folder: Path) -> Services:
        """Start all four with their data in this folder, and return when CKAN answers."""
        for name in ("logs", "tmp", "storage"):
            (folder / name).mkdir(parents=True)
        services = cls(folder.resolve())
        atexit.register(services.close)
        try:
            # Solr and Redis get ready while PostgreSQL is made.
            solr = services._start_solr()
            redis = services._start_redis()
            services._start_postgres()
            redis.wait_until(lambda: listens(services._redis_port))
            solr.wait_until(lambda: answers(f"{services._solr_url}/select?q=*:*&rows=0"))
            services._prepare_ckan()
            services.start_ckan()
        except BaseException:
            services.close()
            raise
        return services

    def __enter__(self) -> Services:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all that was started. Harmless when it has been done."""
        self.stop_ckan()
        while self._processes:
            self._processes.pop().end()
        shutil.rmtree(self._postgres_folder, ignore_errors=True)
        atexit.unregister(self.close)

    # ------------------------------------------------------------ for the tests

    @property
    def url(self) -> str:
        """CKAN's address."""
        return f"http://{LOOPBACK}:{self._ckan_port}"

    def action(self, name: str, data: dict[str, Any] | None = None, *, token: str | None = None) -> Any:
        """Call one of CKAN's actions as the administrator, or as the token's owner, and return its result.

        An empty token calls it as an anonymous reader.
        """
        token = self.token if token is None else token
        with local_session() as session:
            answer = session.post(
                f"{self.url}/api/3/action/{name}",
                json=data or {},
                headers={"Authorization": token} if token else {},
                timeout=ANSWER_LIMIT,
            )
        if not answer.ok:
            raise ServiceError(f"{name}: {answer.status_code} {answer.text[:1000]}")
        return answer.json()["result"]

    def user_token(self, name: str) -> str:
        """Return a new API token of an ordinary user, who is made first when there is none of that name."""
        if name not in self.action("user_list", {"all_fields": False}):
            password = secrets.token_hex(16)
            self.action("user_create", {"name": name, "email": f"{name}@example.org", "password": password})
        token: str = self.action("api_token_create", {"user": name, "name": "tests"})["token"]
        return token

    def start_ckan(self) -> None:
        """Start CKAN, at the same address and with the same data as before when it ran already."""
        # By the module and not by bin/ckan, whose first line holds the name of the folder it was built in.
        command = ["-c", "from ckan.cli.cli import ckan; ckan()", "-c", str(self._ini), "run", "--threaded"]
        where = ["-H", LOOPBACK, "-p", str(self._ckan_port), "--disable-reloader", "--disable-debugger"]
        self._ckan = self._launch("ckan", [str(self._ckan_python), *command, *where])
        self._ckan.wait_until(lambda: answers(f"{self.url}/api/3/action/status_show"))

    def stop_ckan(self) -> None:
        """Kill CKAN in the middle of whatever it does, as a crash would. The other services keep running."""
        if self._ckan:
            self._ckan.end(signal.SIGKILL)
            self._ckan = None

    def logs(self) -> list[Path]:
        """Return the files of everything that the services logged."""
        return sorted(path for path in (self.folder / "logs").rglob("*") if path.is_file())

    def process_ids(self) -> list[int]:
        """Return the ids of the servers' processes."""
        return [process.pid for process in [*self._processes, *([self._ckan] if self._ckan else [])]]

    # ------------------------------------------------------------ how each is started

    @property
    def _environment(self) -> dict[str, str]:
        """What the servers see of the environment: no proxies, and no settings of this project or of CKAN."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.folder / "tmp"),
        }

    def _launch(self, name: str, command: list[str]) -> Process:
        log = self.folder / "logs" / f"{name}.log"
        return Process(command, log, environment=self._environment, folder=self.folder)

    def _start_redis(self) -> Process:
        settings = {
            "bind": LOOPBACK,
            "port": self._redis_port,
            "requirepass": self._passwords["redis"],
            "dir": self.folder / "tmp",
            "save": '""',
            "appendonly": "no",
        }
        path = self.folder / "redis.conf"
        path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()), encoding="utf-8")
        process = self._launch("redis", ["redis-server", str(path)])
        self._processes.append(process)
        return process

    @property
    def _solr_url(self) -> str:
        return f"http://{LOOPBACK}:{self._solr_port}/solr/ckan"

    def _start_solr(self) -> Process:
        home = self.folder / "solr"
        core = home / "ckan"
        (core / "conf").mkdir(parents=True)
        (home / "solr.xml").write_text("<solr/>", encoding="utf-8")
        (core / "core.properties").write_text("name=ckan\n", encoding="utf-8")
        shutil.copy(self._ckan_packages / "ckan/config/solr/schema.xml", core / "conf")
        shutil.copy(SOLR_SOURCES / "solrconfig.xml", core / "conf")
        for words in ("protwords", "stopwords", "synonyms"):
            (core / "conf" / f"{words}.txt").touch()
        libraries = self._solr_libraries
        flags = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"]
        settings = [
            "-Djetty.testMode=true",  # Solr's own switch for: loopback only
            "-Dorg.apache.logging.log4j.level=INFO",
            f"-Dsolr.log.dir={self.folder / 'logs'}",
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
        ]
        start = ["-cp", f"{libraries}:{libraries}/jars/*", "SolrLauncher", str(home), str(self._solr_port)]
        process = self._launch("solr", ["java", *flags, *settings, *start])
        self._processes.append(process)
        return process

    def _start_postgres(self) -> None:
        folder, user = self._postgres_folder, postgres_user()
        password = folder / "password"
        password.write_text(self._passwords["postgres"], encoding="utf-8")
        make = [self._postgres_program("initdb"), "-D", str(folder / "data"), "-U", "postgres", "--no-sync"]
        make += ["-A", "scram-sha-256", "--pwfile", str(password), "-E", "UTF8", "--locale=C.UTF-8"]
        run(make, folder, environment=self._postgres_environment, user=user)
        settings = {
            "listen_addresses": LOOPBACK,
            "port": self._postgres_port,
            "unix_socket_directories": "",
            # Nothing of a test run need outlive the machine.
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        command = [self._postgres_program("postgres"), "-D", str(folder / "data")]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        process = Process(
            command,
            self.folder / "logs" / "postgres.log",
            environment=self._postgres_environment,
            folder=folder,
            user=user,
            end_signal=signal.SIGQUIT,  # it ends at once, and takes its own processes and shared memory along
        )
        self._processes.append(process)
        process.wait_until(self._postgres_is_ready)
        ask = [self._postgres_program("psql"), "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1"]
        sql = self._databases_sql() + self._permissions_sql()
        run(ask, folder, environment=self._postgres_environment, given=sql)

    def _postgres_is_ready(self) -> bool:
        ask = [self._postgres_program("pg_isready"), "--quiet"]
        return subprocess.run(ask, env=self._postgres_environment, cwd="/").returncode == 0

    def _postgres_program(self, name: str) -> str:
        programs = postgres_programs()
        assert programs, "missing() tells whether PostgreSQL is here"
        return str(programs / name)

    @property
    def _postgres_environment(self) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            "PGHOST": LOOPBACK,
            "PGPORT": str(self._postgres_port),
            "PGUSER": "postgres",
            "PGPASSWORD": self._passwords["postgres"],
        }

    def _databases_sql(self) -> str:
        sql = ""
        for role in ("ckan", "datastore"):
            sql += f"CREATE ROLE {role}_default LOGIN PASSWORD '{self._passwords[role]}';\n"
        for database in ("ckan_default", "datastore_default"):
            sql += f"CREATE DATABASE {database} OWNER ckan_default ENCODING 'UTF8' TEMPLATE template0;\n"
        return sql

    def _permissions_sql(self) -> str:
        """Return what `ckan datastore set-permissions` prints. CKAN does not even load before it is run."""
        template = self._ckan_packages / "ckanext/datastore/set_permissions.sql"
        names = {"maindb": "ckan", "mainuser": "ckan", "writeuser": "ckan"}
        names |= {"datastoredb": "datastore", "readuser": "datastore"}
        quoted = {key: f'"{name}_default"' for key, name in names.items()}
        return template.read_text(encoding="utf-8").format(**quoted)

    @property
    def _ckan_packages(self) -> Path:
        return next(self._ckan_environment.glob("lib/python3*/site-packages"))

    @property
    def _ckan_python(self) -> Path:
        return self._ckan_environment / "bin" / "python"

    @property
    def _ini(self) -> Path:
        return self.folder / "ckan.ini"

    def _prepare_ckan(self) -> None:
        self._ini.write_text(CKAN_INI.format(settings=self._ckan_settings()), encoding="utf-8")
        command = [str(self._ckan_python), "-P", str(HERE / "prepare_ckan.py"), str(self._ini), ADMINISTRATOR]
        self.token = run(command, self.folder, environment=self._environment).splitlines()[-1]

    def _ckan_settings(self) -> str:
        settings = {
            "SECRET_KEY": secrets.token_hex(),
            "sqlalchemy.url": self._database_url("ckan", "ckan"),
            "ckan.datastore.write_url": self._database_url("ckan", "datastore"),
            "ckan.datastore.read_url": self._database_url("datastore", "datastore"),
            "ckan.redis.url": f"redis://:{self._passwords['redis']}@{LOOPBACK}:{self._redis_port}/0",
            "solr_url": self._solr_url,
            "ckan.site_url": self.url,
            "ckan.site_id": "agored-tests",  # no user's name: CKAN hides what a user of that name does
            "ckan.storage_path": self.folder / "storage",
            "ckan.max_resource_size": 100,  # MB
            "ckan.plugins": "activity datastore text_view datatables_view",
        }
        return "".join(f"{name} = {value}\n" for name, value in settings.items())

    def _database_url(self, role: str, database: str) -> str:
        where = f"{LOOPBACK}:{self._postgres_port}/{database}_default"
        return f"postgresql://{role}_default:{self._passwords[role]}@{where}"


# werkzeug at INFO writes a line for every request, so that a search of the logs means something.
CKAN_INI = """\
[DEFAULT]
debug = false

[app:main]
{settings}
[loggers]
keys = root, ckan, ckanext, werkzeug

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console

[logger_ckan]
level = INFO
handlers =
qualname = ckan

[logger_ckanext]
level = DEBUG
handlers =
qualname = ckanext

[logger_werkzeug]
level = INFO
handlers =
qualname = werkzeug

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""

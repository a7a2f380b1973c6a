#!/bin/sh
# Makes the virtual environment named by the first argument and installs the hash-pinned locks and this package into it.
# PYTHON=/path/to/python chooses the interpreter. Running it again brings an existing environment up to the locks.
set -eu
venv=${1:-.venv}
lock=requirements-dev.txt

say() { printf '%s\n' "$*" >&2; }

# Oldest and newest interpreter the locks have been tried with; a pyenv shim that answers with an error is passed over.
supported() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if command -v "$candidate" >/dev/null 2>&1 && supported "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[123]*/bin/python3; do
        if [ -z "${PYTHON:-}" ] && [ -x "$candidate" ] && supported "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "需要 Python 3.11、3.12 或 3.13，本机未找到（${PYTHON:-python3} 是 $(${PYTHON:-python3} -V 2>&1 || true)）。"
    say "  → 安装其中之一（如 Debian/Ubuntu：apt install python3 python3-venv），或用 make setup PYTHON=/路径/python3 指定。"
    say "Python 3.11, 3.12 or 3.13 is needed and was not found."
    say "  → Install one (Debian/Ubuntu: apt install python3 python3-venv), or name it: make setup PYTHON=/path/to/python3"
    exit 1
}

make_venv() {
    python=$(find_python)
    say "正在用 $("$python" -V) 建立 $venv · creating $venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        rm -rf "$venv"
        say "无法建立虚拟环境：$python 缺少 venv 或 ensurepip。"
        say "  → Debian/Ubuntu：apt install python3-venv"
        say "Cannot create a virtual environment: $python lacks venv or ensurepip."
        say "  → Debian/Ubuntu: apt install python3-venv"
        exit 1
    fi
}

# The installer itself is pinned too: its lines are cut out of the lock and given to pip.
install_uv() {
    pin=$(mktemp)
    awk '/^uv==/ {on = 1; print; next} on && /^ / {print; next} {on = 0}' "$lock" >"$pin"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$pin" && done=0 || done=1
    rm -f "$pin"
    return $done
}

# uv is several times faster; pip is asked when uv cannot reach the packages, because pip knows mirrors set up for this machine.
# Modules are compiled once, here: where PYTHONDONTWRITEBYTECODE is set, every start of a server or a command would compile them all.
install_lock() {
    if install_uv && "$venv/bin/uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes -r "$lock"; then
        return
    fi
    say "改用 pip 安装 · falling back to pip"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock" && return
    say "依赖安装失败：无法取得 $lock 中的软件包。"
    say "  → 检查网络或镜像设置（pip config）后重试 make setup。"
    say "Installing failed: the packages in $lock could not be fetched."
    say "  → Check the network or the mirror (pip config), then run make setup again."
    exit 1
}

# What the pages take from npm, by lock; Node comes from a pinned wheel where the machine has none. Pages do without it all.
install_assets() {
    if [ node_modules/.package-lock.json -nt package-lock.json ]; then
        return
    fi
    npm=npm
    if ! command -v npm >/dev/null 2>&1; then
        npm="$venv/bin/npm"
        if [ ! -x "$npm" ]; then
            "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-node.txt || npm=
        fi
    fi
    if [ -n "$npm" ] && PATH="$PATH:$venv/bin" "$npm" ci --silent; then
        touch node_modules/.package-lock.json
        return
    fi
    say "页面资源未能安装，页面将只用自带样式；以后可再运行 make setup。"
    say "Browser assets could not be installed; pages use their own stylesheet alone. Run make setup again later."
}

[ -x "$venv/bin/python" ] || make_venv
say "正在安装依赖（首次约一至三分钟） · installing packages (one to three minutes the first time)"
install_lock
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
"$venv/bin/python" -m compileall -q src || true
install_assets
say "就绪：make demo 看演示，make test 跑测试 · ready: make demo shows it, make test checks it"

"""What the database itself refuses: changing what is written, and mixing units or stores.

Both databases hold the same rules, installed by migration.
"""

from typing import Any

APPEND_ONLY = ("ledger_movement", "ledger_entry")
REFUSED = "The ledger is append-only"
MIXED = "An entry stays within one unit and one store"

# Fires for any row of an entry whose two accounts, or whose movement, are of another unit or store.
_MIXES = """
    SELECT 1 FROM ledger_account a
    JOIN ledger_purse p ON p.id = a.purse_id
    JOIN ledger_movement m ON m.id = NEW.movement_id
    WHERE a.id IN (NEW.from_account_id, NEW.to_account_id)
      AND (p.unit_id <> m.unit_id OR a.store_id <> NEW.store_id OR m.store_id <> NEW.store_id)
"""


def guards(vendor: str) -> list[str]:
    """The statements that install the guards on this database."""
    return _for_postgres() if vendor == "postgresql" else _for_sqlite()


def without_guards(vendor: str) -> list[str]:
    """The statements that take them away again."""
    on = " ON {table}" if vendor == "postgresql" else ""
    names = [(f"{table}_{deed}", table) for table in APPEND_ONLY for deed in ("update", "delete")]
    names.append(("ledger_entry_unmixed", "ledger_entry"))
    return [f"DROP TRIGGER IF EXISTS {name}{on.format(table=table)}" for name, table in names]


def install(apps: Any, schema_editor: Any) -> None:
    """For `RunPython`: put the guards up."""
    for statement in guards(schema_editor.connection.vendor):
        schema_editor.execute(statement, None)


def remove(apps: Any, schema_editor: Any) -> None:
    """For `RunPython`, backwards."""
    for statement in without_guards(schema_editor.connection.vendor):
        schema_editor.execute(statement, None)


def _for_sqlite() -> list[str]:
    made = [
        f"CREATE TRIGGER {table}_{deed} BEFORE {deed.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        for table in APPEND_ONLY
        for deed in ("update", "delete")
    ]
    made.append(
        "CREATE TRIGGER ledger_entry_unmixed BEFORE INSERT ON ledger_entry "
        f"WHEN EXISTS ({_MIXES}) BEGIN SELECT RAISE(ABORT, '{MIXED}'); END"
    )
    return made


def _for_postgres() -> list[str]:
    made = [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$",
        "CREATE OR REPLACE FUNCTION ledger_refuse_mixed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS ({_MIXES}) THEN RAISE EXCEPTION '{MIXED}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    ]
    made += [
        f"CREATE TRIGGER {table}_{deed} BEFORE {deed.upper()} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"
        for table in APPEND_ONLY
        for deed in ("update", "delete")
    ]
    made.append(
        "CREATE TRIGGER ledger_entry_unmixed BEFORE INSERT ON ledger_entry "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuse_mixed()"
    )
    return made

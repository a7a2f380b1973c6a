-- 应用角色的权限：读写行，不能建表、清空表，也动不了追加专用的触发器。在 zhunsheng 库中执行一次。
-- The application's rights: rows only; it can make no table, empty none, and not touch the triggers that keep tables append-only.
-- Run once in the database zhunsheng.
GRANT USAGE ON SCHEMA public TO zhunsheng;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO zhunsheng;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO zhunsheng;
ALTER DEFAULT PRIVILEGES FOR ROLE zhunsheng_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO zhunsheng;
ALTER DEFAULT PRIVILEGES FOR ROLE zhunsheng_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO zhunsheng;

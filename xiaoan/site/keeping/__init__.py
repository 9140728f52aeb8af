"""Keeping: backups of the database and the files in one folder, and the way back.

    FOLDER/files/ab/cd/<sha256>      every file once, shared by all backups of the folder
    FOLDER/2026-11-21-222210-123456/ one backup: the database's dump, files.txt (what it needs of files/), manifest.json

Always true: a backup whose manifest.json is there is whole, for it is written last; what a manifest names by its hash is
compared before anything is restored; a restore changes the database in one transaction or not at all. The site's secret
is in no backup.
"""

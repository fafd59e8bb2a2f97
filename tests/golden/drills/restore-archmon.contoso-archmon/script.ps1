# Restore Archiving and Monitoring data (restore-archmon)
# Target: fe01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:8c8a6ba4bbb486f62bdc62feec8b5274d4e30b45ea2d3e7ba6c4b48a80735dd2
# After: Restoring Archiving or Monitoring databases in Lync Server 2013
# Start it in the Lync Server Management Shell. It asks before every step; -From ID goes on at a step.
#requires -Version 3.0
[CmdletBinding()]
param(
    # Id of the step to begin with; those before it are passed over.
    [string] $From = ''
)
$ErrorActionPreference = 'Stop'
if ($PSVersionTable.PSVersion.Major -gt 5) {
    throw 'Use Windows PowerShell (powershell.exe), version 3 to 5.1: this script keeps its rules of quoting.'
}
$script:Waiting = $From -ne ''

function Test-Step([string] $Id, [string] $Title, [string] $RunOn, [string] $Account) {
    if ($script:Waiting) {
        if ($Id -ne $From) { return $false }
        $script:Waiting = $false
    }
    Write-Host ''
    Write-Host ('{0}  {1}' -f $Id, $Title) -ForegroundColor Cyan
    Write-Host ('Run it on {0} as {1}.' -f $RunOn, $Account)
    $computer = ($RunOn -split '[.\\]')[0]
    if ($computer -ne $env:COMPUTERNAME) {
        Write-Warning ('This is {0}. Start this script on {1} with -From {2};' -f $env:COMPUTERNAME, $RunOn, $Id)
        Write-Warning 'or answer here, where the step may as well run from this computer.'
    }
    while ($true) {
        switch (Read-Host 'run, skip or quit') {
            'run' { return $true }
            'skip' { return $false }
            'quit' { Write-Host ('Go on later with -From {0}' -f $Id); exit 130 }
        }
    }
}

function Confirm-Harm([string] $Harm, [string] $Name) {
    Write-Host ('DESTRUCTIVE: {0}' -f $Harm) -ForegroundColor Red
    while ((Read-Host ('Type {0} to go on (Ctrl+C stops)' -f $Name)) -ne $Name) { }
}

function Confirm-Check([string] $Question) {
    if ((Read-Host ('{0} (yes or no)' -f $Question)) -ne 'yes') {
        throw 'Stopped: the answer was not yes. Fix it, then start again with -From and the id of this step.'
    }
}

function Assert-ExitCode([int] $Low, [int] $High) {
    if ($LASTEXITCODE -lt $Low -or $LASTEXITCODE -gt $High) {
        $success = if ($Low -eq $High) { "$Low means" } else { "$Low to $High mean" }
        throw ('Exit code {0}; {1} success.' -f $LASTEXITCODE, $success)
    }
}

function Read-Value([string] $Question) {
    $values = @()
    while ($true) {
        $line = Read-Host ('{0}: one value a line, an empty line ends' -f $Question)
        if ($line -eq '' -and $values.Count -gt 0) { return ,$values }
        if ($line -ne '') { $values += $line }
    }
}

function Join-Move([string[]] $Name, [string[]] $File) {
    if ($Name.Count -ne $File.Count) { throw 'Give one path for each logical name, in the same order.' }
    $moves = for ($i = 0; $i -lt $Name.Count; $i++) {
        ', MOVE N''{0}'' TO N''{1}''' -f $Name[$i].Replace('''', ''''''), $File[$i].Replace('''', '''''')
    }
    return $moves -join ''
}

# ---- Make the databases again
if (Test-Step -Id 'ma-recreate@mon01.contoso.com' -Title 'Make the databases again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the databases are made at the wrong one.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'mon01.contoso.com' -Verbose
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'mon01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Read the backup to its end
if (Test-Step -Id 'ma-device@LcsLog' -Title 'Read the backup to its end' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Read the backup to its end
if (Test-Step -Id 'ma-device@LcsCDR' -Title 'Read the backup to its end' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Read the backup to its end
if (Test-Step -Id 'ma-device@QoEMetrics' -Title 'Read the backup to its end' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore the database
if (Test-Step -Id 'ma-options@LcsLog' -Title 'Restore the database' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: The files go where those of the present database lie; their logical names are read from the backup.
    # Note: Everyone is let in again even when the restore fails.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in LcsLog on mon01.contoso.com\LYNC by the backup and ends its connections' -Name 'mon01.contoso.com'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from mon01.contoso.com\LYNC)'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''LcsLog'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from mon01.contoso.com\LYNC)'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''LcsLog'' AND state_desc = N''ONLINE'') ALTER DATABASE [LcsLog] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [LcsLog] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''LcsLog'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [LcsLog] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''LcsLog'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER; the number of objects is 1?'
    # To undo: none; restore another backup of the same database
}

# ---- Restore the database
if (Test-Step -Id 'ma-options@LcsCDR' -Title 'Restore the database' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: The files go where those of the present database lie; their logical names are read from the backup.
    # Note: Everyone is let in again even when the restore fails.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in LcsCDR on mon01.contoso.com\LYNC by the backup and ends its connections' -Name 'mon01.contoso.com'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from mon01.contoso.com\LYNC)'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''LcsCDR'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from mon01.contoso.com\LYNC)'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''LcsCDR'' AND state_desc = N''ONLINE'') ALTER DATABASE [LcsCDR] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [LcsCDR] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''LcsCDR'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [LcsCDR] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''LcsCDR'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER; the number of objects is 1?'
    # To undo: none; restore another backup of the same database
}

# ---- Restore the database
if (Test-Step -Id 'ma-options@QoEMetrics' -Title 'Restore the database' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: The files go where those of the present database lie; their logical names are read from the backup.
    # Note: Everyone is let in again even when the restore fails.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in QoEMetrics on mon01.contoso.com\LYNC by the backup and ends its connections' -Name 'mon01.contoso.com'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from mon01.contoso.com\LYNC)'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''QoEMetrics'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from mon01.contoso.com\LYNC)'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''QoEMetrics'' AND state_desc = N''ONLINE'') ALTER DATABASE [QoEMetrics] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [QoEMetrics] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''QoEMetrics'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [QoEMetrics] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''QoEMetrics'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER; the number of objects is 1?'
    # To undo: none; restore another backup of the same database
}

# ---- Give Lync's services access
if (Test-Step -Id 'ma-acl@LcsLog' -Title 'Give Lync''s services access' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: Adds login
    # Note: user and role membership only where they are missing.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [LcsLog];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'USE [LcsLog];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Give Lync's services access
if (Test-Step -Id 'ma-acl@LcsCDR' -Title 'Give Lync''s services access' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: Adds login
    # Note: user and role membership only where they are missing.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [LcsCDR];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'USE [LcsCDR];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Give Lync's services access
if (Test-Step -Id 'ma-acl@QoEMetrics' -Title 'Give Lync''s services access' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: Adds login
    # Note: user and role membership only where they are missing.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [QoEMetrics];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'USE [QoEMetrics];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'restore-pchat/pc-recreate' -Title 'Make the Persistent Chat database again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the database is made at the wrong one.
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'mon01.contoso.com' -Verbose
    Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn 'mon01.contoso.com' -SqlInstanceName 'LYNC' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The other services of the server go on; its users notice nothing but Persistent Chat.
    Confirm-Harm -Harm 'stops Persistent Chat on fe01.contoso.com; its rooms are out of service until the start' -Name 'fe01.contoso.com'
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'restore-pchat/pc-sql.1@mgc' -Title 'Read the backup to its end' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\mgc.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'restore-pchat/pc-sql.2@mgc' -Title 'Restore the database' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: The files go where those of the present database lie; their logical names are read from the backup.
    # Note: Everyone is let in again even when the restore fails.
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\mgc.bak'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''mgc'') ORDER BY spid;' | Out-Host
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in mgc on mon01.contoso.com\LYNC by the backup and ends its connections' -Name 'mon01.contoso.com'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\mgc.bak'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from mon01.contoso.com\LYNC)'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''mgc'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from mon01.contoso.com\LYNC)'
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'') ALTER DATABASE [mgc] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [mgc] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\mgc.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [mgc] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''mgc'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER; the number of objects is 1?'
    # To undo: none; restore another backup of the same database
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'restore-pchat/pc-sql.3@mgc' -Title 'Give Lync''s services access' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [mgc];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-Q' 'USE [mgc];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'restore-pchat/pc-start.3' -Title 'List the categories' -RunOn 'fe01.contoso.com' -Account 'chat-admin') {
    Get-CsPersistentChatCategory
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore the Persistent Chat database
if (Test-Step -Id 'restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn 'fe01.contoso.com' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Get-CsPersistentChatRoom
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# Left out: Stop the services of the Persistent Chat Server: Persistent Chat runs on the servers of the pool itself
# Left out: Save what is there before the import: restored from the SQL backup, or no export in the set
# Left out: Import the exported Persistent Chat data: restored from the SQL backup, or no export in the set
# Left out: Start the services of the Persistent Chat Server: Persistent Chat runs on the servers of the pool itself
# Left out: Deploy the Monitoring Reports: reports lost was not chosen
Write-Host 'Afterwards: The archiving and monitoring services need no restart.'
Write-Host 'Afterwards: Mirror the databases again where they were mirrored; not before the data is back.'

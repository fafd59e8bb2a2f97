# Restore the Persistent Chat database (restore-pchat)
# After: Restoring Persistent Chat databases in Lync Server 2013
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

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<ServerFqdn>',
    '<PChatSqlFqdn>',
    '<PChatSqlInstance>',
    '<PChatMemberFqdn>',
    '<DatabaseInstance>',
    '<DatabaseFile>',
    '<DatabaseServerFqdn>',
    '<DatabaseName>',
    '<DOMAIN>',
    '<local backup folder>',
    '<PChatInstance>',
    '<BackupSetName>',
    '<BackupSet:PersistentChat>',
    '<Run:local-folder>',
    '<BackupSet:PersistentChat:name>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: Does the database mgc exist on its SQL server? no, the server or the database was lost / yes, or it was made again already
# Decide first: How is the Persistent Chat database made again? Install-CsDatabase / Topology Builder, Install Database

# ---- Make the Persistent Chat database again
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database made again? Install-CsDatabase
if (Test-Step -Id 'pc-recreate' -Title 'Make the Persistent Chat database again' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the database is made at the wrong one.
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<PChatSqlFqdn>' -Verbose
    Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Make the Persistent Chat database again
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database made again? Topology Builder, Install Database
if (Test-Step -Id 'pc-recreate' -Title 'Make the Persistent Chat database again' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the database is made at the wrong one.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the Persistent Chat database of <PChatSqlFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Host 'Press Enter when it is done')
    Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Stop the Persistent Chat services
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'pc-stop.1' -Title 'Stop the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'stops Persistent Chat on <PChatMemberFqdn>; its rooms are out of service until the start' -Name '<PChatMemberFqdn>'
    Stop-CsWindowsService -ComputerName '<PChatMemberFqdn>'
    Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <PChatMemberFqdn>
}

# ---- Stop the Persistent Chat services
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The other services of the server go on; its users notice nothing but Persistent Chat.
    Confirm-Harm -Harm 'stops Persistent Chat on <ServerFqdn>; its rooms are out of service until the start' -Name '<ServerFqdn>'
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore the Persistent Chat database
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'pc-sql.1' -Title 'Read the backup to its end' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore the Persistent Chat database
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'pc-sql.2' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: The files go where those of the present database lie; their logical names are read from the backup.
    # Note: Everyone is let in again even when the restore fails.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''<DatabaseFile>'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''<DatabaseName>'') ORDER BY spid;' | Out-Host
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in <DatabaseName> on <DatabaseInstance> by the backup and ends its connections' -Name '<DatabaseServerFqdn>'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <DatabaseInstance>)'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''<DatabaseName>'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from <DatabaseInstance>)'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'') ALTER DATABASE [<DatabaseName>] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [<DatabaseName>] FROM DISK = N''<DatabaseFile>'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [<DatabaseName>] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER; the number of objects is 1?'
    # To undo: none; restore another backup of the same database
}

# ---- Restore the Persistent Chat database
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'pc-sql.3' -Title 'Give Lync''s services access' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [<DOMAIN>\RTCComponentUniversalServices] FROM WINDOWS;
USE [<DatabaseName>];
IF DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE USER [<DOMAIN>\RTCComponentUniversalServices] FOR LOGIN [<DOMAIN>\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''<DOMAIN>\RTCComponentUniversalServices'';
USE [master];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'USE [<DatabaseName>];
SELECT SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Save what is there before the import
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'pc-save.1' -Title 'Make the folder for the save' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force
}

# ---- Save what is there before the import
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'pc-save.2' -Title 'Save the database as it is' -RunOn '<PChatInstance>' -Account 'sql-admin') {
    # Note: The import adds to what exists and cannot be undone; this file is the way back.
    # Note: Is the file there already from an earlier attempt, leave it and skip this step; it is the older state.
    sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 0?'
}

# ---- Import the exported Persistent Chat data
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'pc-import.1' -Title 'Make the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Import the exported Persistent Chat data
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'pc-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:PersistentChat>' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:PersistentChat:sha256>?'
}

# ---- Import the exported Persistent Chat data
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'pc-import.3' -Title 'Rehearse the import' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Nothing is written. Mend what it reports before the import.
    # Note: Its report is C:\Logs\RehearsePersistentChat_<BackupSetName>.html.
    Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' -WhatIf
    Test-Path -LiteralPath 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Import the exported Persistent Chat data
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'pc-import.4' -Title 'Import' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Read the report C:\Logs\ImportPersistentChat_<BackupSetName>.html.
    # Note: An import that was cut off may have added a part; then restore mgc from the saved file before it is sent again.
    Write-Host 'On <PChatInstance> as sql-admin run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''''mgc'''') ORDER BY spid;'''
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'adds the exported rooms and messages to mgc on <PChatInstance>; it cannot be undone' -Name '<PChatSqlFqdn>'
    Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\ImportPersistentChat_<BackupSetName>.html'
    Test-Path -LiteralPath 'C:\Logs\ImportPersistentChat_<BackupSetName>.html' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True (within 5 min)?'
    # To undo: restore mgc from the file that was saved before the import
}

# ---- Start the Persistent Chat services
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'pc-start.1' -Title 'Start the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName '<PChatMemberFqdn>'
    Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Start the Persistent Chat services
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Get-CsPersistentChatCategory
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Get-CsPersistentChatRoom
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

Write-Host 'Afterwards: Compare the rooms (Get-CsPersistentChatRoom) with the list of the backup.'
Write-Host 'Afterwards: Files posted in rooms are part of the file store; where that was lost too, they come back with restore-filestore.'
Write-Host 'Afterwards: The compliance database mgccomp is made again empty and never restored; it fills as its adapter needs it.'
Write-Host 'Afterwards: Mirror the database again where it was mirrored; not before its data is back.'

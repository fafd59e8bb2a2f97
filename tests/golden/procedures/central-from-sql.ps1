# Restore xds and lis from the rescued backups (central-from-sql)
# After: Restoring the server hosting the Central Management store in Lync Server 2013
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
    '<CmsSqlServerFqdn>',
    '<RescueSet>',
    '<CmsMirrorSqlServerFqdn>',
    '<CmsMirrorSqlInstance>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- Restore xds
if (Test-Step -Id '' -Title 'Restore xds' -RunOn '<ServerFqdn>' -Account 'sql-admin') {
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in xds on <CmsInstance> by the backup and ends its connections' -Name '<CmsSqlServerFqdn>'
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <ServerFqdn>)'
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''xds'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from <ServerFqdn>)'
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''xds'' AND state_desc = N''ONLINE'') ALTER DATABASE [xds] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [xds] FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''xds'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [xds] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''xds'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER?'
    # To undo: none
}

# ---- Restore lis
if (Test-Step -Id '' -Title 'Restore lis' -RunOn '<ServerFqdn>' -Account 'sql-admin') {
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in lis on <CmsInstance> by the backup and ends its connections' -Name '<CmsSqlServerFqdn>'
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <ServerFqdn>)'
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''lis'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from <ServerFqdn>)'
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''lis'' AND state_desc = N''ONLINE'') ALTER DATABASE [lis] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [lis] FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''lis'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [lis] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerFqdn>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''lis'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER?'
    # To undo: none
}


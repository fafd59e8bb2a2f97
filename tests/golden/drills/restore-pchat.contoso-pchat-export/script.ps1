# Restore the Persistent Chat database (restore-pchat)
# Target: chatpool.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:85a09ea67cfec4a7b0dbfef3f5f74208629f485ec4ce2c157ddba04760054e3d
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

# ---- Make the Persistent Chat database again
if (Test-Step -Id 'pc-recreate' -Title 'Make the Persistent Chat database again' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the database is made at the wrong one.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'chatsql01.contoso.com' -Verbose
    Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn 'chatsql01.contoso.com' -SqlInstanceName 'LYNC' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Stop the Persistent Chat services
if (Test-Step -Id 'pc-stop.1@chat01.contoso.com' -Title 'Stop the services of the Persistent Chat Server' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'stops Persistent Chat on chat01.contoso.com; its rooms are out of service until the start' -Name 'chat01.contoso.com'
    Stop-CsWindowsService -ComputerName 'chat01.contoso.com'
    Get-CsWindowsService -ComputerName 'chat01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName chat01.contoso.com
}

# ---- Stop the Persistent Chat services
if (Test-Step -Id 'pc-stop.1@chat02.contoso.com' -Title 'Stop the services of the Persistent Chat Server' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'stops Persistent Chat on chat02.contoso.com; its rooms are out of service until the start' -Name 'chat02.contoso.com'
    Stop-CsWindowsService -ComputerName 'chat02.contoso.com'
    Get-CsWindowsService -ComputerName 'chat02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName chat02.contoso.com
}

# ---- Save what is there before the import
if (Test-Step -Id 'pc-save.1' -Title 'Make the folder for the save' -RunOn 'chatsql01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\SqlBackup' -Force
}

# ---- Save what is there before the import
if (Test-Step -Id 'pc-save.2' -Title 'Save the database as it is' -RunOn 'chatsql01.contoso.com\LYNC' -Account 'sql-admin') {
    # Note: The import adds to what exists and cannot be undone; this file is the way back.
    # Note: Is the file there already from an earlier attempt, leave it and skip this step; it is the older state.
    sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''C:\SqlBackup\mgc_before_import_2026-11-22T013000Z_contoso.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''C:\SqlBackup\mgc_before_import_2026-11-22T013000Z_contoso.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 0?'
}

# ---- Import the exported Persistent Chat data
if (Test-Step -Id 'pc-import.1' -Title 'Make the folder for the reports' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Import the exported Persistent Chat data
if (Test-Step -Id 'pc-import.2' -Title 'Copy the export to the server and check it' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\PersistentChat' 'C:\Restore\PersistentChat' 'chatpool.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\PersistentChat\chatpool.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 54bc6003d2e20fca1712255f017271201064db7f4e2aad013fa2d6a75ab12b98?'
}

# ---- Import the exported Persistent Chat data
if (Test-Step -Id 'pc-import.3' -Title 'Rehearse the import' -RunOn 'chat01.contoso.com' -Account 'chat-admin') {
    # Note: Nothing is written. Mend what it reports before the import.
    # Note: Its report is C:\Logs\RehearsePersistentChat_2026-11-22T013000Z_contoso.html.
    Import-CsPersistentChatData -DBInstance 'chatsql01.contoso.com\LYNC' -FileName 'C:\Restore\PersistentChat\chatpool.contoso.com.zip' -Report 'C:\Logs\RehearsePersistentChat_2026-11-22T013000Z_contoso.html' -WhatIf
    Test-Path -LiteralPath 'C:\Logs\RehearsePersistentChat_2026-11-22T013000Z_contoso.html' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Import the exported Persistent Chat data
if (Test-Step -Id 'pc-import.4' -Title 'Import' -RunOn 'chat01.contoso.com' -Account 'chat-admin') {
    # Note: Read the report C:\Logs\ImportPersistentChat_2026-11-22T013000Z_contoso.html.
    # Note: An import that was cut off may have added a part; then restore mgc from the saved file before it is sent again.
    Write-Host 'On chatsql01.contoso.com\LYNC as sql-admin run: sqlcmd ''-S'' ''chatsql01.contoso.com\LYNC'' ''-E'' ''-b'' ''-Q'' ''SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''''mgc'''') ORDER BY spid;'''
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'adds the exported rooms and messages to mgc on chatsql01.contoso.com\LYNC; it cannot be undone' -Name 'chatsql01.contoso.com'
    Import-CsPersistentChatData -DBInstance 'chatsql01.contoso.com\LYNC' -FileName 'C:\Restore\PersistentChat\chatpool.contoso.com.zip' -Report 'C:\Logs\ImportPersistentChat_2026-11-22T013000Z_contoso.html'
    Test-Path -LiteralPath 'C:\Logs\ImportPersistentChat_2026-11-22T013000Z_contoso.html' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True (within 5 min)?'
    # To undo: restore mgc from the file that was saved before the import
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.1@chat01.contoso.com' -Title 'Start the services of the Persistent Chat Server' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'chat01.contoso.com'
    Get-CsWindowsService -ComputerName 'chat01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.1@chat02.contoso.com' -Title 'Start the services of the Persistent Chat Server' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'chat02.contoso.com'
    Get-CsWindowsService -ComputerName 'chat02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.3' -Title 'List the categories' -RunOn 'chat01.contoso.com' -Account 'chat-admin') {
    Get-CsPersistentChatCategory
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Start the Persistent Chat services
if (Test-Step -Id 'pc-start.4' -Title 'List the rooms' -RunOn 'chat01.contoso.com' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Get-CsPersistentChatRoom
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# Left out: Stop the Persistent Chat service only: Persistent Chat has servers of its own, or there is none
# Left out: Read the backup to its end: mgc: not in the backup set
# Left out: Restore the database: mgc: not in the backup set
# Left out: Give Lync's services access: mgc: not in the backup set
# Left out: Start the Persistent Chat service: Persistent Chat has servers of its own, or there is none
Write-Host 'Afterwards: Compare the rooms (Get-CsPersistentChatRoom) with the list of the backup.'
Write-Host 'Afterwards: Files posted in rooms are part of the file store; where that was lost too, they come back with restore-filestore.'
Write-Host 'Afterwards: The compliance database mgccomp is made again empty and never restored; it fills as its adapter needs it.'
Write-Host 'Afterwards: Mirror the database again where it was mirrored; not before its data is back.'

# Back up Persistent Chat (backup-pchat)
# After: Backing up Persistent Chat databases in Lync Server 2013
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

function New-SetFile([string] $Path) {
    if (Test-Path -LiteralPath $Path) { throw ('{0} is there already: a backup goes into a new set.' -f $Path) }
    [void] (New-Item -ItemType Directory -Force -Path (Split-Path -Parent $Path))
}

function Save-Byte([string] $Path, [object[]] $Data) {
    $bytes = [byte[]] @($Data | ForEach-Object -Process { $_ })
    if ($bytes.Length -eq 0) { throw ('Nothing came back for {0}.' -f $Path) }
    New-SetFile -Path $Path
    [System.IO.File]::WriteAllBytes($Path, $bytes)
    Write-Host ('{0}: {1} bytes' -f $Path, $bytes.Length)
}

function Save-Text([string] $Path, [object[]] $Data) {
    New-SetFile -Path $Path
    $text = $Data | Format-List -Property * | Out-String -Width 4096
    [System.IO.File]::WriteAllText($Path, $text, (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false))
    Write-Host ('{0}: {1} characters' -f $Path, $text.Length)
}

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<ServerFqdn>',
    '<BackupSet>',
    '<PoolFqdn>',
    '<PChatInstance>',
    '<DatabaseFolder>',
    '<DatabaseInstance>',
    '<DatabaseName>',
    '<DatabaseFile>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: How is Persistent Chat saved? The same way must be taken for the restore. Export-CsPersistentChatData / a SQL Server backup of mgc

# ---- Export the Persistent Chat data
# Only if How is Persistent Chat saved? The same way must be taken for the restore. Export-CsPersistentChatData
# Only if for each <PoolFqdn> of persistent chat pools
if (Test-Step -Id 'bk-pchat-export' -Title 'Export the Persistent Chat data' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Never add -DisableExportedNodes; it disables the exported categories and rooms.
    # Note: The level is All by default, which exports everything.
    Save-Byte -Path '<BackupSet>\PersistentChat\<PoolFqdn>.zip' -Data @(Export-CsPersistentChatData -DBInstance '<PChatInstance>' -AsBytes)
}

# ---- Back up mgc
# Only if How is Persistent Chat saved? The same way must be taken for the restore. a SQL Server backup of mgc
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'bk-pchat-sql.1' -Title 'Make the folder in the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<DatabaseFolder>' -Force
}

# ---- Back up mgc
# Only if How is Persistent Chat saved? The same way must be taken for the restore. a SQL Server backup of mgc
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'bk-pchat-sql.2' -Title 'Back up the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A SQL backup needs much more room than the export
    # Note: possibly twenty times as much.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'BACKUP DATABASE [<DatabaseName>] TO DISK = N''<DatabaseFile>'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is <DatabaseName>; the number of objects is 1?'
}

# ---- Back up mgc
# Only if How is Persistent Chat saved? The same way must be taken for the restore. a SQL Server backup of mgc
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'bk-pchat-sql.3' -Title 'Read the backup to its end' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}


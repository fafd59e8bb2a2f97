# Back up Archiving and Monitoring data (backup-archmon)
# After: Backing up Archiving and Monitoring databases in Lync Server 2013
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

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<ServerFqdn>',
    '<DatabaseFolder>',
    '<DatabaseInstance>',
    '<DatabaseName>',
    '<DatabaseFile>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- Back up LcsLog, LcsCDR, QoEMetrics
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'bk-sql-archmon.1' -Title 'Make the folder in the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Settings of Archiving and Monitoring are in the export of the configuration already.
    # Note: What Exchange archives must be saved by Exchange.
    New-Item -ItemType 'Directory' -Path '<DatabaseFolder>' -Force
}

# ---- Back up LcsLog, LcsCDR, QoEMetrics
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'bk-sql-archmon.2' -Title 'Back up the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: The file must be new; the SQL service account (or the computer account of its server) must be let into the share.
    # Note: COPY_ONLY leaves the base of the database administrator's differential backups alone.
    # Note: The Backup Service of paired pools does not replicate these databases.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'BACKUP DATABASE [<DatabaseName>] TO DISK = N''<DatabaseFile>'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is <DatabaseName>; the number of objects is 1?'
}

# ---- Back up LcsLog, LcsCDR, QoEMetrics
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'bk-sql-archmon.3' -Title 'Read the backup to its end' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}


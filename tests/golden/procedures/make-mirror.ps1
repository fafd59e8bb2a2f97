# Install the mirror databases (make-mirror)
# After: Restoring a mirrored Enterprise Edition Back End Server - mirror in Lync Server 2013
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
    '<FirstFrontEndFqdn>',
    '<ServerFqdn>',
    '<MirrorFileShare>',
    '<PartnerSqlFqdn>',
    '<PoolFqdn>',
    '<TypePoolFqdn>',
    '<DatabaseType>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- Install the mirror databases
# Only if mirror way cmdlet
if (Test-Step -Id '' -Title 'Install the mirror databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The question about each database is answered beforehand (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Test-Path -LiteralPath '<MirrorFileShare>' | Out-Host
    Confirm-Check -Question 'Before: the share for seeding the mirror is there: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror <ServerFqdn>' -Name '<ServerFqdn>'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PartnerSqlFqdn>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Install the mirror databases
# Only if mirror way gui
if (Test-Step -Id '' -Title 'Install the mirror databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The question about each database is answered beforehand (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Test-Path -LiteralPath '<MirrorFileShare>' | Out-Host
    Confirm-Check -Question 'Before: the share for seeding the mirror is there: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror <ServerFqdn>' -Name '<ServerFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Node Lync Server 2013, Topology, Install Database; page Create databases: select; page Create Mirror Database: select the databases of <PartnerSqlFqdn>, the share is <MirrorFileShare>; complete the wizard.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Every database has its mirror again
# Only if for each <DatabaseType> of mirrored database types
if (Test-Step -Id '' -Title 'Every database has its mirror again' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn '<TypePoolFqdn>' -DatabaseType '<DatabaseType>'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}


# Restart a Front End Server (restart-front-end)
# After: Deploying SQL mirroring for Back End Server high availability in Lync Server 2013
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
    '<FrontEndFqdn>',
    '<PoolFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- Stop the Lync services, gracefully
if (Test-Step -Id '' -Title 'Stop the Lync services, gracefully' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on <FrontEndFqdn>; its users move to the other Front End Servers' -Name '<FrontEndFqdn>'
    Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Graceful
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Start the Lync services
if (Test-Step -Id '' -Title 'Start the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Every routing group has a primary and a secondary again
if (Test-Step -Id '' -Title 'Every routing group has a primary and a secondary again' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>'
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}


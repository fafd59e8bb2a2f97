# Local configuration store, from a file (local-store-from-file)
# After: Exporting the topology for Edge installation in Lync Server 2013
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
    '<GoodServerFqdn>',
    '<Run:local-folder>',
    '<ServerName>',
    '<EdgeConfigFolder>',
    '<ServerFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- Make the folder for the configuration
if (Test-Step -Id '' -Title 'Make the folder for the configuration' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Edge\<ServerName>' -Force
}

# ---- Export the configuration on an internal computer
if (Test-Step -Id '' -Title 'Export the configuration on an internal computer' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Export-CsConfiguration -FileName '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' -Force
    Test-Path -LiteralPath '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Put the file where it can be carried from
if (Test-Step -Id '' -Title 'Put the file where it can be carried from' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    robocopy '<Run:local-folder>\Edge\<ServerName>' '<EdgeConfigFolder>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Carry the file to the Edge Server
if (Test-Step -Id '' -Title 'Carry the file to the Edge Server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<EdgeConfigFolder>' '<Run:local-folder>\Edge' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    Test-Path -LiteralPath '<Run:local-folder>\Edge\EdgeConfig.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Step 1: Install Local Configuration Store
# Only if roles gui
if (Test-Step -Id '' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Import from a file (Recommended for Edge Servers), choose <Run:local-folder>\Edge\EdgeConfig.zip, Next, Finish. Look for the green check mark.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Install the local instance RTCLOCAL
# Only if roles cmdlets
if (Test-Step -Id '' -Title 'Install the local instance RTCLOCAL' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Put the configuration into the local store
# Only if roles cmdlets
if (Test-Step -Id '' -Title 'Put the configuration into the local store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Import-CsConfiguration -FileName '<Run:local-folder>\Edge\EdgeConfig.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Activate the replica
# Only if roles cmdlets
if (Test-Step -Id '' -Title 'Activate the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}


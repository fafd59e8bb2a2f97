# Clean Edge Server with the same FQDN (bare-edge-server)
# After: Preparing to restore Lync Server 2013
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
    '<ServerFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- Install Windows
if (Test-Step -Id '' -Title 'Install Windows' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer of <ServerFqdn>: same computer name, same addresses on the internal and the external interface as before, in no domain; install the patches and the Lync prerequisites; leave the Windows Firewall on; give the local administrator the password on record and allow remote management on the internal interface.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is False?'
    # To undo: none; whatever is on the disks is gone
}

# ---- No trace of an earlier installation
if (Test-Step -Id '' -Title 'No trace of an earlier installation' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Restore the certificates
if (Test-Step -Id '' -Title 'Restore the certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Put the Edge Server''s certificates with their private keys into the computer''s Personal store: the internal one, which all servers of <PoolFqdn> share, and the external one; the root certificate of the internal CA into Trusted Root Certification Authorities.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True?'
}

# ---- Take an image
if (Test-Step -Id '' -Title 'Take an image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}


# Take fresh exports from the surviving mirror (rescue-exports)
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

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<ServerFqdn>',
    '<RescueSet>',
    '<PoolFqdn>',
    '<RgsServiceId>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- Make a new folder for what is rescued
if (Test-Step -Id '' -Title 'Make a new folder for what is rescued' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<RescueSet>'
    Test-Path -LiteralPath '<RescueSet>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Make the local folders
if (Test-Step -Id '' -Title 'Make the local folders' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path @('C:\Rescue\UserData', 'C:\Rescue\Rgs') -Force
}

# ---- Export the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id '' -Title 'Export the configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Where the store cannot be read at all
    # Note: cms-local-store is the next best source.
    Export-CsConfiguration -FileName 'C:\Rescue\Config.zip'
    Get-Item -LiteralPath 'C:\Rescue\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Export the location information
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id '' -Title 'Export the location information' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Export-CsLisConfiguration -FileName 'C:\Rescue\E911Config.zip'
    Get-Item -LiteralPath 'C:\Rescue\E911Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 1?'
}

# ---- Export the user data
if (Test-Step -Id '' -Title 'Export the user data' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: What users change after this is lost when both sides are rebuilt; warn them, or stop the services first.
    Export-CsUserData -PoolFqdn '<PoolFqdn>' -FileName 'C:\Rescue\UserData\<PoolFqdn>.zip'
    Get-Item -LiteralPath 'C:\Rescue\UserData\<PoolFqdn>.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Export the Response Group configuration
# Only if Response Group is deployed on the pool, or the set holds its export
if (Test-Step -Id '' -Title 'Export the Response Group configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Export-CsRgsConfiguration -Source '<RgsServiceId>' -FileName 'C:\Rescue\Rgs\<PoolFqdn>.zip'
    Get-Item -LiteralPath 'C:\Rescue\Rgs\<PoolFqdn>.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Copy everything into the rescue set
if (Test-Step -Id '' -Title 'Copy everything into the rescue set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy 'C:\Rescue' '<RescueSet>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath '<RescueSet>' -Recurse -File | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}


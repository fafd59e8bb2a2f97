# Restore Response Group (restore-rgs)
# Target: se01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:7c3d7220f423e96cb4cec95bb131d6457534e1e4c19ed15a4105286fcf9f0a41
# After: Restoring Response Group settings in Lync Server 2013
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

# ---- Import the Response Group configuration
if (Test-Step -Id 'rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' 'C:\Restore\Rgs' 'se01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\Rgs\se01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 719b333a611fac6766e5ffbcb0e3e9f98b58e24a5206f20df73b991fc7d949d2?'
}

# ---- Import the Response Group configuration
if (Test-Step -Id 'rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of se01.contoso.com and takes ownership of their contact objects in AD' -Name 'se01.contoso.com'
    Import-CsRgsConfiguration -Destination 'service:ApplicationServer:se01.contoso.com' -FileName 'C:\Restore\Rgs\se01.contoso.com.zip' -OverwriteOwner -ReplaceExistingRgsSettings
    Get-CsRgsWorkflow -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none; import again from another set
}

# ---- List what was imported
if (Test-Step -Id 'rgs-verify.1' -Title 'Workflows' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsWorkflow -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- List what was imported
if (Test-Step -Id 'rgs-verify.2' -Title 'Queues' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsQueue -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
}

# ---- List what was imported
if (Test-Step -Id 'rgs-verify.3' -Title 'Agent groups' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
}

# ---- List what was imported
if (Test-Step -Id 'rgs-verify.4' -Title 'Business hours' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
}

# ---- List what was imported
if (Test-Step -Id 'rgs-verify.5' -Title 'Holiday sets' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll
}

Write-Host 'Afterwards: Have the formal agents of every response group sign in again, and make a test call to each workflow.'

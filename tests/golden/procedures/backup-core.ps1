# Back up core data and settings (backup-core)
# After: Backing up core data and settings in Lync Server 2013
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
    '<Run:local-folder>',
    '<BackupSet>',
    '<PoolFqdn>',
    '<RgsServiceId>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

# ---- Make the folders for this run
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'bk-new-share' -Title 'Make the folders for this run' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The folder of the set on the backup share is made by the wizard, new for every run.
    # Note: The local folders are new too, so that no export meets an older file; they are removed when the set is complete.
    New-Item -ItemType 'Directory' -Path @('<Run:local-folder>\UserData', '<Run:local-folder>\Rgs', '<Run:local-folder>\PersistentChat') -Force
}

# ---- Export the Central Management store
if (Test-Step -Id 'bk-xds' -Title 'Export the Central Management store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Writes topology, policies and settings; the settings of Archiving and Monitoring are among them.
    Save-Byte -Path '<BackupSet>\Config.zip' -Data @(Export-CsConfiguration -AsBytes)
}

# ---- Export the location information
if (Test-Step -Id 'bk-lis' -Title 'Export the location information' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Save-Byte -Path '<BackupSet>\E911Config.zip' -Data @(Export-CsLisConfiguration -AsBytes)
}

# ---- Export the user data
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'bk-userdata' -Title 'Export the user data' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A URN that contains \ or / makes the cmdlet stop at that point; any error makes the backup fail.
    Export-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<PoolFqdn>.zip'
    Get-Item -LiteralPath '<Run:local-folder>\UserData\<PoolFqdn>.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Copy the user data into the set
# Only if for each <PoolFqdn> of front end pools
if (Test-Step -Id 'bk-userdata-copy' -Title 'Copy the user data into the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<Run:local-folder>\UserData' '<BackupSet>\UserData' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Export the Response Group configuration
# Only if for each <RgsPoolFqdn> of response group pools
if (Test-Step -Id 'bk-rgs' -Title 'Export the Response Group configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The command refuses to overwrite a file; the folder is new for every run.
    Export-CsRgsConfiguration -Source '<RgsServiceId>' -FileName '<Run:local-folder>\Rgs\<PoolFqdn>.zip'
    Get-Item -LiteralPath '<Run:local-folder>\Rgs\<PoolFqdn>.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Copy the Response Groups into the set
# Only if for each <RgsPoolFqdn> of response group pools
if (Test-Step -Id 'bk-rgs-copy' -Title 'Copy the Response Groups into the set' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<Run:local-folder>\Rgs' '<BackupSet>\Rgs' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}


# The first that runs in each of the lab's PowerShells.
$ErrorActionPreference = 'Stop'
$env:PATH = ''
# Loaded before what needs it: Add-Type gives assemblies names by which nobody finds their files.
Import-Module -Global -DisableNameChecking -Name $env:LYNC_LAB_SHARED
# Its own first: of two cmdlets of one name the one that was imported last is called.
Import-Module -Global -Name Microsoft.PowerShell.Management, Microsoft.PowerShell.Utility
Import-Module -Global -DisableNameChecking -Name $env:LYNC_LAB_WINDOWS
foreach ($name in $env:LYNC_LAB_PROGRAMS.Split(';')) {
    $run = [scriptblock]::Create("Invoke-LabProgram -Name '$name' -Words `$args")
    Set-Item -LiteralPath "function:global:$name" -Value $run
    Set-Item -LiteralPath "function:global:$name.exe" -Value $run
}
$ExecutionContext.SessionState.InvokeCommand.CommandNotFoundAction = {
    param($Name, $Event)
    if ($Name -match '^[A-Za-z]:[\\/]') {
        $Event.CommandScriptBlock = { Invoke-LabProgram -Name $Name -Words $args }.GetNewClosure()
        $Event.StopSearch = $true
    }
}
# Objects of these types come from the lab and lack what PowerShell's own data of the type leads to.
foreach ($name in 'System.IO.FileInfo', 'System.IO.DirectoryInfo', 'System.ServiceProcess.ServiceController') {
    Remove-TypeData -TypeName $name -ErrorAction SilentlyContinue
}
$name = 'System.Security.Cryptography.X509Certificates.X509Certificate2'
Remove-TypeData -TypeName $name -ErrorAction SilentlyContinue
Update-TypeData -TypeName $name -SerializationMethod 'SpecificProperties' -PropertySerializationSet 'RawData'
Update-TypeData -TypeName LyncLab.Thing -TypeAdapter LyncLab.ThingAdapter
$Error.Clear()
$ErrorActionPreference = 'Continue'
Remove-Variable -Name run, name -ErrorAction Ignore

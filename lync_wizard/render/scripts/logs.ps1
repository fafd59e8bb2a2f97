# One log backup after the other; which of them were applied before, SQL Server alone knows.
function Restore-Log([string] $Server, [string] $Sql, [string] $Mark, [string[]] $File) {
    foreach ($one in $File) {
        $said = sqlcmd '-S' $Server '-E' '-b' '-x' '-Q' $Sql.Replace($Mark, $one.Replace('''', ''''''))
        $said
        if ($LASTEXITCODE -ne 0) {
            if (@($said -match '^Msg 4326,').Count -eq 0) { return }
            $global:LASTEXITCODE = 0
            '{0} has been applied already.' -f $one
        }
    }
}

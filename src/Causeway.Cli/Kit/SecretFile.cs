namespace Causeway.Cli.Kit;

/// <summary>Secrets that stand in a file, since everybody on the machine can read a command line.</summary>
internal static class SecretFile
{
    /// <summary>The file's text without its last line end; null when no file is named, or it cannot be read, which is then one of the problems.</summary>
    public static string? Read(string option, string? file, List<string> problems)
    {
        if (file is null)
            return null;
        try
        {
            if (File.ReadAllText(file).TrimEnd('\r', '\n') is { Length: > 0 } secret)
                return secret;
            problems.Add($"{option}: {file} is empty: it has to hold the key and nothing else.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{option}: {e.Message}");
        }
        return null;
    }

    /// <summary>As above, for a verb: from the option, its file, or an environment variable.</summary>
    /// <exception cref="CliException">The file cannot be read.</exception>
    public static string? Of(CliCall call, string option, string variable)
    {
        var problems = new List<string>();
        string? secret = Read($"{option}-file", call.Get<string?>($"{option}-file"), problems);
        return problems.Count > 0
            ? throw new CliException(problems[0])
            : secret ?? call.Get<string?>(option) ?? Environment.GetEnvironmentVariable(variable);
    }
}

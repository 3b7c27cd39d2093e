using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Cli.Kit;

/// <summary>What the user need not type each time: which server, as whom, in which group. Kept in one small file, without secrets.</summary>
internal sealed record CliContext(string? Access = null, string? As = null, string? Group = null)
{
    /// <summary><c>CAUSEWAY_CONTEXT</c>, or <c>causeway/context.json</c> in the user's configuration folder.</summary>
    public static string FilePath =>
        Environment.GetEnvironmentVariable("CAUSEWAY_CONTEXT")
        ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "causeway",
            "context.json"
        );

    /// <summary>The saved context with the environment over it (CAUSEWAY_ACCESS, CAUSEWAY_DATA, CAUSEWAY_AS, CAUSEWAY_GROUP).</summary>
    public static CliContext Load()
    {
        CliContext saved = ReadFile();
        string? data = Environment.GetEnvironmentVariable("CAUSEWAY_DATA");
        return new CliContext(
            Environment.GetEnvironmentVariable("CAUSEWAY_ACCESS")
                ?? (data is null ? null : Path.Combine(data, "access.json"))
                ?? saved.Access,
            Environment.GetEnvironmentVariable("CAUSEWAY_AS") ?? saved.As,
            Environment.GetEnvironmentVariable("CAUSEWAY_GROUP") ?? saved.Group
        );
    }

    public static CliContext ReadFile()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), CliContextJson.Default.CliContext) ?? new CliContext();
        }
        catch (IOException)
        {
            return new CliContext();
        }
        catch (JsonException e)
        {
            throw new CliException(
                $"{FilePath} is not a context file: {e.Message} Remove it, or write it anew with 'causeway context set'."
            );
        }
    }

    public void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllBytes(FilePath, JsonSerializer.SerializeToUtf8Bytes(this, CliContextJson.Default.CliContext));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(CliContext))]
internal sealed partial class CliContextJson : JsonSerializerContext;

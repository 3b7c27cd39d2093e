using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Client;

/// <summary>The <c>access.json</c> that a server writes on first start: where it is, and who may log in.</summary>
public sealed record AccessFile
{
    /// <summary>Base address, without a trailing slash.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Base of the token issuer, ending in <c>/adfs</c>.</summary>
    public required string ActiveDirectory { get; init; }
    public required string TenantId { get; init; }

    /// <summary>PEM file of the certificate authority to trust; null for those that the system trusts.</summary>
    public string? CaFile { get; init; }

    /// <summary>Subscription ids by role: customer, otherCustomer, provider.</summary>
    public required Dictionary<string, string> Subscriptions { get; init; }

    /// <summary>Who may log in, by role: customer, otherCustomer, provider, operator.</summary>
    public required Dictionary<string, PrincipalSecret> Principals { get; init; }

    /// <exception cref="ClientException">The file is missing or not an access file.</exception>
    public static AccessFile Load(string path)
    {
        try
        {
            AccessFile read =
                JsonSerializer.Deserialize(File.ReadAllBytes(path), AccessJson.Default.AccessFile)
                ?? throw new JsonException("It is null.");
            // A file that was handed to somebody names the authority beside it.
            return read.CaFile is null
                ? read
                : read with
                {
                    CaFile = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, read.CaFile),
                };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(
                $"Cannot read {path}: {e.Message} Start a server with 'causeway serve' first, or name its file with --access FILE.",
                e,
                ClientProblem.Setup
            );
        }
        catch (JsonException e)
        {
            throw new ClientException($"{path} is not an access file: {e.Message}", e, ClientProblem.Setup);
        }
    }

    /// <summary>Writes it so that only its owner can read it.</summary>
    public void Save(string path)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(temporary, options))
            JsonSerializer.Serialize(stream, this, AccessJson.Default.AccessFile);
        File.Move(temporary, path, overwrite: true);
    }
}

/// <summary>Credentials of the client-credentials grant.</summary>
public sealed record PrincipalSecret(string ClientId, string ClientSecret);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(AccessFile))]
public sealed partial class AccessJson : JsonSerializerContext;

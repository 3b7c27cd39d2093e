using System.Text;
using System.Text.Json;
using Causeway.Identity.Secrets;

namespace Causeway.Identity.Directory;

/// <summary>
/// <c>access.json</c> in the data folder: what the operator needs to sign in as each of the first principals, with the secrets as they are now; one that was
/// removed is left out. Mode 0600.
/// </summary>
public static class AccessFile
{
    public const string Name = "access.json";

    /// <param name="endpoint">Public base address without trailing slash.</param>
    /// <param name="caFile">PEM file of the authority to trust; null for those that the client's system trusts.</param>
    public static async Task<string> WriteAsync(
        string dataFolder,
        string endpoint,
        string? caFile,
        Installation installation,
        Applications applications,
        CancellationToken cancellation
    )
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("endpoint", endpoint);
            json.WriteString("activeDirectory", $"{endpoint}/adfs");
            json.WriteString("tenantId", installation.TenantId);
            if (caFile is not null)
                json.WriteString("caFile", caFile);
            json.WriteStartObject("subscriptions");
            foreach ((string name, InitialSubscription subscription) in installation.Subscriptions)
                json.WriteString(name, subscription.Id);
            json.WriteEndObject();
            json.WriteStartObject("principals");
            foreach ((string name, Application application) in installation.Principals)
            {
                if (await applications.FindAsync(application.ClientId, cancellation) is not { } principal)
                    continue;
                json.WriteStartObject(name);
                json.WriteString("clientId", application.ClientId);
                json.WriteString("clientSecret", applications.SecretOf(principal));
                json.WriteString("objectId", application.ObjectId);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        string path = Path.Combine(dataFolder, Name);
        PrivateFile.WriteIfOther(path, Encoding.UTF8.GetString(stream.ToArray()) + "\n");
        return path;
    }
}

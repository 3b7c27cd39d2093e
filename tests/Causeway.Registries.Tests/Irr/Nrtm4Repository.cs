using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Registries.Tests.Irr;

/// <summary>An NRTMv4 server's folder, written by the test as RFC 10063 describes it.</summary>
internal sealed class Nrtm4Repository : IDisposable
{
    private readonly List<object> _deltas = [];
    private object? _snapshot;

    public string Folder { get; } = Directory.CreateTempSubdirectory("causeway-nrtm4-").FullName;

    public string NotificationPath => Path.Combine(Folder, "update-notification-file.jose");

    public ECDsa Key { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa? NextKey { get; set; }

    public string Session { get; set; } = Guid.NewGuid().ToString();

    public string Source { get; set; } = "TEST";

    public long Version { get; private set; }

    public DateTimeOffset Timestamp { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string PublicKey => Key.ExportSubjectPublicKeyInfoPem();

    private Dictionary<string, object> Header(string type, long version) =>
        new()
        {
            ["nrtm_version"] = 4,
            ["type"] = type,
            ["source"] = Source,
            ["session_id"] = Session,
            ["version"] = version,
        };

    private Dictionary<string, object> WriteFile(string name, bool gzip, IEnumerable<object> records, long version)
    {
        using var memory = new MemoryStream();
        using (Stream stream = gzip ? new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true) : new BufferedStream(memory))
        {
            foreach (object record in records)
            {
                stream.WriteByte(0x1e);
                stream.Write(JsonSerializer.SerializeToUtf8Bytes(record));
                stream.WriteByte((byte)'\n');
            }
            stream.Flush();
            byte[] file;
            if (gzip)
                stream.Dispose();
            file = memory.ToArray();
            File.WriteAllBytes(Path.Combine(Folder, name), file);
            return new Dictionary<string, object>
            {
                ["version"] = version,
                ["url"] = name,
                ["hash"] = Convert.ToHexStringLower(SHA256.HashData(file)),
            };
        }
    }

    public void Snapshot(params string[] objects)
    {
        Version = Math.Max(1, Version);
        _snapshot = WriteFile(
            $"nrtm-snapshot.{Version}.{Source}.{Session}.json.gz",
            gzip: true,
            [Header("snapshot", Version), .. objects.Select(o => new { @object = o })],
            Version
        );
        Publish();
    }

    public static object Add(string text) => new { action = "add_modify", @object = text };

    public static object Delete(string kind, string key) =>
        new
        {
            action = "delete",
            object_class = kind,
            primary_key = key,
        };

    public void Delta(params object[] changes)
    {
        Version++;
        _deltas.Add(
            WriteFile($"nrtm-delta.{Version}.{Source}.{Session}.json", gzip: false, [Header("delta", Version), .. changes], Version)
        );
        Publish();
    }

    /// <summary>Forgets the oldest deltas, as servers do after a day.</summary>
    public void Forget(int deltas)
    {
        _deltas.RemoveRange(0, deltas);
        Publish();
    }

    public void StartOver()
    {
        Session = Guid.NewGuid().ToString();
        _deltas.Clear();
        Version = 0;
    }

    public void Publish(ECDsa? signer = null)
    {
        var notification = new Dictionary<string, object?>
        {
            ["nrtm_version"] = 4,
            ["timestamp"] = Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ["type"] = "notification",
            ["source"] = Source,
            ["session_id"] = Session,
            ["version"] = Version,
            ["snapshot"] = _snapshot,
            ["deltas"] = _deltas,
        };
        if (NextKey is not null)
            notification["next_signing_key"] = NextKey.ExportSubjectPublicKeyInfoPem();
        Sign(JsonSerializer.SerializeToUtf8Bytes(notification), signer ?? Key);
    }

    public void Sign(byte[] payload, ECDsa signer, string alg = "ES256")
    {
        string signed =
            $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{{\"alg\":\"{alg}\"}}"))}.{Base64Url.EncodeToString(payload)}";
        byte[] signature = signer.SignData(
            Encoding.ASCII.GetBytes(signed),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        File.WriteAllText(NotificationPath, $"{signed}.{Base64Url.EncodeToString(signature)}");
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        Key.Dispose();
        NextKey?.Dispose();
    }
}

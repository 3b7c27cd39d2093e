using System.Text.Json;

namespace Causeway.Registries.Json;

/// <summary>Takes what <see cref="JsonObjectStream"/> finds. Paths are member names from the root, joined by '/'; arrays add none.</summary>
internal interface IJsonObjectSink
{
    /// <summary>A whole object that is an element of the array at a path. The bytes are valid only during the call.</summary>
    void Object(string path, ReadOnlySpan<byte> json);

    /// <summary>A string or number that is the member at a path and in no array.</summary>
    void Scalar(string path, ref Utf8JsonReader value);
}

/// <summary>
/// Reads a JSON document of any size in bounded memory: the outer members and arrays are walked token by token, and each object in an array is handed over
/// whole. Validator output (hundreds of thousands of small objects in one array) and PeeringDB dumps have this form.
/// </summary>
internal static class JsonObjectStream
{
    private const int InitialBuffer = 64 * 1024;

    /// <summary>One object, or one string, may not be longer: 4 MiB.</summary>
    private const int MaxElement = 4 * 1024 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Reads to the end. The answer is null, or what is wrong with the document and where; objects before that place have been handed over.</summary>
    /// <exception cref="IOException">The stream itself failed.</exception>
    public static async Task<string?> ReadAsync(Stream stream, IJsonObjectSink sink, CancellationToken cancellation)
    {
        byte[] buffer = new byte[InitialBuffer];
        int filled = 0;
        long before = 0;
        var walk = new Walk(sink);
        while (true)
        {
            int read;
            try
            {
                read = await stream.ReadAsync(buffer.AsMemory(filled), cancellation);
            }
            catch (InvalidDataException)
            {
                return $"after {before + filled:N0} bytes: {Compression.Damaged}";
            }
            filled += read;
            int consumed;
            try
            {
                consumed = walk.Consume(buffer.AsSpan(0, filled), isFinal: read == 0);
            }
            catch (JsonException e)
            {
                return $"not JSON near byte {before:N0}: {e.Message}";
            }
            catch (InvalidOperationException e)
            {
                return $"not UTF-8 near byte {before:N0}: {e.Message}";
            }
            if (read == 0)
                return walk.SawValue ? null : "an empty document";
            before += consumed;
            filled -= consumed;
            buffer.AsSpan(consumed, filled).CopyTo(buffer);
            if (filled == buffer.Length)
            {
                if (buffer.Length >= MaxElement)
                    return $"one element near byte {before:N0} is longer than {MaxElement:N0} bytes";
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    private sealed class Walk(IJsonObjectSink sink)
    {
        private readonly Stack<(bool IsArray, string Path)> _open = new();
        private JsonReaderState _state = new(Options);
        private string _member = "";

        public bool SawValue { get; private set; }

        /// <summary>Handles every complete token; returns the bytes that are done with.</summary>
        public int Consume(ReadOnlySpan<byte> bytes, bool isFinal)
        {
            var reader = new Utf8JsonReader(bytes, isFinal, _state);
            while (true)
            {
                Utf8JsonReader start = reader;
                if (!reader.Read())
                    break;
                SawValue = true;
                bool inArray = _open.TryPeek(out (bool IsArray, string Path) top) && top.IsArray;
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject when inArray:
                        int from = (int)reader.TokenStartIndex;
                        if (!reader.TrySkip())
                        {
                            reader = start;
                            goto done;
                        }
                        sink.Object(top.Path, bytes[from..(int)reader.BytesConsumed]);
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        _open.Push((reader.TokenType == JsonTokenType.StartArray, inArray ? top.Path : Join(top.Path, _member)));
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        _open.Pop();
                        break;
                    case JsonTokenType.PropertyName:
                        _member = reader.GetString()!;
                        break;
                    case JsonTokenType.String or JsonTokenType.Number when !inArray:
                        sink.Scalar(Join(top.Path, _member), ref reader);
                        break;
                }
            }
            done:
            _state = reader.CurrentState;
            return (int)reader.BytesConsumed;
        }

        private static string Join(string? path, string member) => string.IsNullOrEmpty(path) ? member : $"{path}/{member}";
    }
}

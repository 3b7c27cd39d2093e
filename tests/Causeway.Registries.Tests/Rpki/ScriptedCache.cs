using System.IO.Pipelines;
using System.Threading.Channels;
using Causeway.Registries.Rpki.Rtr;

namespace Causeway.Registries.Tests.Rpki;

/// <summary>The cache's end of RTR sessions, played by a test: it says what it wants, when it wants, and sees each PDU of the client.</summary>
internal sealed class ScriptedCache
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<RtrConnection> _arrived = Channel.CreateUnbounded<RtrConnection>();
    private RtrConnection? _session;

    /// <summary>While true, connections are refused.</summary>
    public bool Down { get; set; }

    public int Refused { get; private set; }

    /// <summary>What connecting throws; null to connect.</summary>
    public Exception? Fault { get; set; }

    public int Faults { get; private set; }

    /// <summary>How often the client has connected.</summary>
    public int Connections => Volatile.Read(ref _connections);

    private int _connections;

    public ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        if (Down)
        {
            Refused++;
            throw new IOException("connection refused");
        }
        if (Fault is not null)
        {
            Faults++;
            throw Fault;
        }
        Interlocked.Increment(ref _connections);
        var toCache = new Pipe();
        var toClient = new Pipe();
        _arrived.Writer.TryWrite(new RtrConnection(new Duplex(toCache.Reader.AsStream(), toClient.Writer.AsStream())));
        return ValueTask.FromResult<Stream>(new Duplex(toClient.Reader.AsStream(), toCache.Writer.AsStream()));
    }

    /// <summary>Takes the next session; earlier ones are forgotten.</summary>
    public async Task AcceptAsync() => _session = await _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience, TimeProvider.System);

    /// <summary>The client's next PDU, which must be of this type.</summary>
    public async Task<T> ExpectAsync<T>()
        where T : RtrPdu
    {
        while (true)
        {
            switch (_session!.Take())
            {
                case RtrRead.Pdu { Value: T expected }:
                    return expected;
                case { } other:
                    throw new InvalidOperationException($"Expected {typeof(T).Name}, got {other}");
            }
            if (!await _session.FillAsync(CancellationToken.None).WaitAsync(Patience, TimeProvider.System))
                throw new InvalidOperationException($"Expected {typeof(T).Name}, but the client closed.");
        }
    }

    public async Task SendAsync(params RtrPdu[] pdus)
    {
        foreach (RtrPdu pdu in pdus)
            await _session!.SendAsync(pdu, CancellationToken.None);
    }

    /// <summary>Octets that need be no PDU at all.</summary>
    public async Task SendRawAsync(string hex) => await _session!.Stream.WriteAsync(Convert.FromHexString(hex));

    /// <summary>Sends if the client is still there.</summary>
    public void TrySend(RtrPdu pdu)
    {
        try
        {
            _session!.SendAsync(pdu, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has given up.
        }
    }

    public ValueTask CloseAsync() => _session!.DisposeAsync();

    private sealed class Duplex(Stream read, Stream write) : Stream
    {
        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            read.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            write.WriteAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                write.Dispose();
                read.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}

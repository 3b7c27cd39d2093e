namespace Causeway.Primitives;

/// <summary>Which way a route may have come, by what its sender is to us (draft-ietf-sidrops-aspa-verification §6).</summary>
public enum PathDirection
{
    /// <summary>From a customer, a lateral peer, a route server or a client of ours: upwards only.</summary>
    Upstream,

    /// <summary>From a provider: upwards, and then downwards.</summary>
    Downstream,
}

/// <summary>
/// Verifies one AS_PATH by ASPAs (draft-ietf-sidrops-aspa-verification §7.2 and §7.3): it is told the ASNs one by one, the nearest first, as they stand on the wire, and
/// allocates nothing. Who stands in the path several times in a row counts once.
/// </summary>
/// <remarks>
/// The draft lays a ramp from the origin upwards, and for a downstream path one from the nearest AS, and asks whether they reach each other. Positions count from
/// the nearest AS here: the ramp from there ends at the first hop that does not go up, seen from us, and the ramp from the origin at the last one. They fail to
/// reach each other exactly where the first lies before the last. An upstream path has no ramp from the nearest AS: it ends at 0.
/// </remarks>
public struct PathVerifier
{
    private const int Nowhere = int.MaxValue;

    private readonly AspaTable _aspas;

    /// <summary>Position of the AS at which the ramp from the nearest one ends: where an ASPA forbids the next step, and where none allows it.</summary>
    private int _downForbidden,
        _downDoubtful;

    /// <summary>Position of the AS that the ramp from the origin does not reach: as an ASPA forbids it, and as none allows it.</summary>
    private int _upForbidden,
        _upDoubtful;

    private Asn _customer,
        _noProvider;
    private Asn _nearer;
    private int _length;
    private bool _holdsSet;

    public PathVerifier(AspaTable aspas, PathDirection direction)
    {
        _aspas = aspas;
        _downForbidden = _downDoubtful = direction == PathDirection.Upstream ? 0 : Nowhere;
    }

    /// <summary>The next AS of an AS_SEQUENCE, further from us than those before.</summary>
    public void Add(Asn asn)
    {
        if (_length > 0)
        {
            if (asn == _nearer)
                return;
            ProviderAuthorization up = _aspas.Ask(asn, _nearer);
            if (up != ProviderAuthorization.Provider)
                _upDoubtful = _length;
            if (up == ProviderAuthorization.NotProvider)
                (_upForbidden, _customer, _noProvider) = (_length, asn, _nearer);
            if (_downForbidden == Nowhere)
            {
                ProviderAuthorization down = _aspas.Ask(_nearer, asn);
                if (down != ProviderAuthorization.Provider)
                    _downDoubtful = Math.Min(_downDoubtful, _length);
                if (down == ProviderAuthorization.NotProvider)
                    _downForbidden = _length;
            }
        }
        _nearer = asn;
        _length++;
    }

    /// <summary>The path holds an AS_SET, whose members are in no order: it is invalid (RFC 9774).</summary>
    public void AddSet() => _holdsSet = true;

    /// <summary>What the ASPAs say of the path so far. A path with nobody in it is invalid: no other network sends one.</summary>
    public readonly PathVerdict Verdict =>
        _holdsSet || _length == 0 ? new PathVerdict(PathValidity.Invalid)
        : _downForbidden < _upForbidden ? new PathVerdict(PathValidity.Invalid, _customer, _noProvider)
        : new PathVerdict(_downDoubtful < _upDoubtful ? PathValidity.Unknown : PathValidity.Valid);
}

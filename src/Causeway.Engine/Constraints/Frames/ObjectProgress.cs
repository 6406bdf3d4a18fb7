using Causeway.Engine.Constraints.Forms;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>How far an object has come: which names it has, and so which may come next. Immutable.</summary>
internal sealed class ObjectProgress : IEquatable<ObjectProgress>
{
    private readonly ulong[] _seen;
    private readonly int _count;
    private readonly int _requiredSeen;
    // Where in the schema the last name stood; past all places once a name came that is not spelled out.
    private readonly int _last;
    private readonly int _hash;
    private ulong[]? _allowed;
    private bool _othersAllowed;
    private long _cost = -1;

    public ObjectProgress(ConstraintOptions options, ObjectForm form, int room)
        : this(options, form, room, new ulong[(form.Names.Length + 63) / 64], 0, 0, -1, null)
    {
    }

    private ObjectProgress(ConstraintOptions options, ObjectForm form, int room, ulong[] seen, int count, int requiredSeen, int last, SeenTexts? others)
    {
        (Options, Form, Room, Others) = (options, form, room, others);
        (_seen, _count, _requiredSeen, _last) = (seen, count, requiredSeen, last);
        var hash = new HashCode();
        hash.Add(form);
        hash.Add(room);
        hash.Add(count);
        hash.Add(last);
        hash.Add(others);
        foreach (var word in seen) hash.Add(word);
        _hash = hash.ToHashCode();
    }

    public ConstraintOptions Options { get; }

    public ObjectForm Form { get; }

    /// <summary>Levels of nesting that are left for values.</summary>
    public int Room { get; }

    /// <summary>Names so far that are not spelled out.</summary>
    public SeenTexts? Others { get; }

    public bool MayClose => _requiredSeen == Form.RequiredCount && _count >= Form.Min;

    public bool MayGoOn => OthersAllowed || HasAny(0, Form.Names.Length);

    /// <summary>Whether a name that is not spelled out may come next.</summary>
    public bool OthersAllowed
    {
        get
        {
            _ = Allowed;
            return _othersAllowed;
        }
    }

    private ulong[] Allowed => _allowed ?? FindAllowed();

    /// <summary>About how many bytes are missing.</summary>
    public long Cost => _cost >= 0 ? _cost : _cost = FindCost();

    private long FindCost()
    {
        long cost = 1;
        for (var i = 0; i < Form.Names.Length; i++)
            if (Form.IsRequired[i] && !Has(i)) cost += Form.CostOfMember(i);
        return MissingOptional == 0 ? cost : cost + CostOfOptional();
    }

    private int MissingOptional => Math.Max(0, Form.Min - _count - (Form.RequiredCount - _requiredSeen));

    private long CostOfOptional() => Form.CostOfCheapest(
        Enumerable.Range(0, Form.Names.Length)
            .Where(i => !Form.IsRequired[i] && !Has(i) && Form.Places[i] > _last && Form.Values[i].IsPossible).Select(Form.CostOfMember),
        MissingOptional);

    /// <summary>The same behind a comma, where one more member must come although none may be missing.</summary>
    public long CostBehindComma
    {
        get
        {
            if (MayClose || MissingOptional > 0)
            {
                var least = long.MaxValue / 4;
                for (var i = 0; i < Form.Names.Length; i++)
                    if (HasAny(i, i + 1)) least = Math.Min(least, 1 + CostWith(i));
                return OthersAllowed ? Math.Min(least, Form.CostOfOther + (MayClose ? 0 : WithOther([]).Cost - 1)) : least;
            }
            return Cost - 1;
        }
    }

    /// <summary>With a name that may come next, from behind its opening quote. It is asked of every name at every token.</summary>
    public long CostWith(int name)
    {
        var behind = MissingOptional > 0 ? With(name).Cost : Form.IsRequired[name] ? Cost - Form.CostOfMember(name) : Cost;
        return Form.CostOfMember(name) - 2 + behind;
    }

    /// <summary>Whether any of a range of names may come next.</summary>
    public bool HasAny(int from, int to)
    {
        var allowed = Allowed;
        for (var i = from; i < to; i = (i | 63) + 1)
        {
            var word = allowed[i >> 6] >> (i & 63);
            if (to - i < 64) word &= (1UL << (to - i)) - 1;
            if (word != 0) return true;
        }
        return false;
    }

    public ObjectProgress With(int name)
    {
        var seen = _seen.AsSpan().ToArray();
        seen[name >> 6] |= 1UL << (name & 63);
        return new(Options, Form, Room, seen, NextCount, _requiredSeen + (Form.IsRequired[name] ? 1 : 0), Options.KeepsOrder ? Form.Places[name] : -1, Others);
    }

    public ObjectProgress WithOther(byte[] spelled) =>
        new(Options, Form, Room, _seen, NextCount, _requiredSeen, Options.KeepsOrder ? int.MaxValue : -1, new SeenTexts(spelled, Others));

    public bool Equals(ObjectProgress? other) =>
        ReferenceEquals(this, other) ||
        (other is not null && _hash == other._hash && Form == other.Form && Room == other.Room && _count == other._count && _last == other._last &&
         _seen.AsSpan().SequenceEqual(other._seen) && SeenTexts.Same(Others, other.Others));

    public override bool Equals(object? obj) => Equals(obj as ObjectProgress);

    public override int GetHashCode() => _hash;

    private int NextCount => _count + 1;

    private bool Has(int name) => (_seen[name >> 6] >> (name & 63) & 1) == 1;

    private ulong[] FindAllowed()
    {
        var allowed = new ulong[_seen.Length];
        var requiredLeft = Form.RequiredCount - _requiredSeen;
        var free = Form.Max - _count - requiredLeft;
        var firstRequired = Options.KeepsOrder ? FirstRequired() : int.MaxValue;
        var candidates = new List<int>();
        for (var i = 0; i < Form.Names.Length; i++)
            if (!Has(i) && Form.Places[i] > _last && Form.Places[i] <= firstRequired && ArrayForm.Fits(Form.Values[i], Room) && (Form.IsRequired[i] || free > 0)) candidates.Add(i);
        var others = free > 0 && firstRequired == int.MaxValue && Form.Others.Any(other => ArrayForm.Fits(other.Value, Room));
        foreach (var name in candidates)
            if (LeavesEnough(name)) allowed[name >> 6] |= 1UL << (name & 63);
        _othersAllowed = others && OthersLeaveEnough();
        return _allowed = allowed;
    }

    private bool OthersLeaveEnough()
    {
        var left = OthersLeft() - 1;
        if (left < 0) return false;
        var needed = Form.Min - _count - 1;
        if (!Options.KeepsOrder)
            for (var i = 0; i < Form.Names.Length && left < needed; i++)
                if (!Has(i) && ArrayForm.Fits(Form.Values[i], Room)) left++;
        return left >= needed;
    }

    // With an order, a name that comes rules out those before it; enough must be left for the least count.
    private bool LeavesEnough(int name)
    {
        var needed = Form.Min - _count - 1;
        if (needed <= 0) return true;
        var left = 0L;
        for (var i = 0; i < Form.Names.Length; i++)
            if (i != name && !Has(i) && ArrayForm.Fits(Form.Values[i], Room) && (!Options.KeepsOrder || Form.Places[i] > Form.Places[name])) left++;
        return left + OthersLeft() >= needed;
    }

    private long OthersLeft()
    {
        var left = 0L;
        for (var i = 0; i < Form.Others.Length; i++)
            if (ArrayForm.Fits(Form.Others[i].Value, Room)) left += Form.OthersCounts[i];
        return left - (Others?.Count ?? 0);
    }

    private int FirstRequired()
    {
        var first = int.MaxValue;
        for (var i = 0; i < Form.Names.Length; i++)
            if (Form.IsRequired[i] && !Has(i)) first = Math.Min(first, Form.Places[i]);
        return first;
    }
}

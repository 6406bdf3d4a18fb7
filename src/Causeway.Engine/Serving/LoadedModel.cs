using Causeway.Engine.Adapters;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;
using Causeway.Engine.Sampling;
using Causeway.Engine.Tokenizers;

namespace Causeway.Engine.Serving;

/// <summary>
/// A model in memory that answers any number of callers at once. One thread of its own runs all passes; callers hand in requests and read tokens.
/// Thread-safe. Disposal ends what is running as cancelled and returns when the thread has ended.
/// </summary>
public sealed class LoadedModel : IDisposable, IAsyncDisposable
{
    private readonly Model _model;
    private readonly KvCache _cache;
    private readonly WorkerPool _pool;
    private readonly Scheduler _scheduler;
    private readonly ServingTotals _totals;
    private readonly SamplingScratch _scratch;
    private readonly IReadOnlyList<int> _endTokens;
    // Not disposed: a reader may still read, and so signal, after the model has gone.
    private readonly AutoResetEvent _wake = new(false);
    private readonly Action _signal;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LoraAdapter> _adapters = new(StringComparer.Ordinal);
    private long _roots = -1;
    private ModelFiles? _files;
    private Lazy<Tokenizer>? _tokenizer;
    private volatile bool _closing;

    private LoadedModel(Model model, KvCache cache, WorkerPool pool, IReadOnlyList<int> endTokens, LoadOptions options, MemoryEstimate memory)
    {
        (_model, _cache, _pool, _endTokens, Memory) = (model, cache, pool, endTokens, memory);
        _totals = new ServingTotals(options.Time);
        _scratch = new SamplingScratch(model.Config.Vocabulary);
        _scheduler = new Scheduler(new Forward(model, cache, pool), cache, options, _totals);
        _signal = Wake;
        _thread = new Thread(Loop) { IsBackground = true, Name = "engine" };
        _thread.Start();
    }

    public ModelConfig Config => _model.Config;

    /// <summary>The files it was loaded from: name, template, defaults. Null when it was loaded from tensors.</summary>
    public ModelFiles? Files => _files;

    /// <summary>Made when first asked for.</summary>
    /// <exception cref="ModelFormatException">The files' tokenizer cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The model was loaded from tensors and has none.</exception>
    public Tokenizer Tokenizer => _tokenizer?.Value ?? throw new InvalidOperationException("A model loaded from tensors has no tokenizer.");

    /// <summary>What was taken of the machine's memory, as estimated before loading.</summary>
    public MemoryEstimate Memory { get; }

    /// <summary>Tokens of prompt and answer together that a sequence can have.</summary>
    public int ContextTokens => Memory.ContextTokens;

    /// <summary>As of the last pass.</summary>
    public EngineCounters Counters => _scheduler.Counters;

    /// <summary>Packs a model's weights and starts its thread. It takes the files over: they are closed with it, or here when it fails.</summary>
    /// <param name="progress">The share that is done, from 0 to 1; called on this thread.</param>
    /// <exception cref="InsufficientMemoryException">It would not fit; nothing was loaded.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public static LoadedModel Load(ModelFiles files, LoadOptions? options = null, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        try
        {
            var model = Load(files.Config, files.Tensors, files.GenerationDefaults.EndTokens, options, progress, cancel);
            model._files = files;
            model._tokenizer = new Lazy<Tokenizer>(() => Tokenizer.Create(files.Tokenizer));
            return model;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>The same for weights from anywhere. The tensors must stay readable until disposal.</summary>
    /// <param name="endTokens">Tokens that end an answer.</param>
    /// <param name="progress">The share that is done, from 0 to 1; called on this thread.</param>
    /// <exception cref="InsufficientMemoryException">It would not fit; nothing was loaded.</exception>
    /// <exception cref="ModelFormatException">A weight is missing or has the wrong shape.</exception>
    public static LoadedModel Load(
        ModelConfig config, TensorSet tensors, IReadOnlyList<int> endTokens, LoadOptions? options = null, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        options ??= new LoadOptions();
        var memory = MemoryEstimate.Of(config, tensors, options);
        memory.Check();
        var pool = new WorkerPool(options.ThreadCount);
        Model? model = null;
        try
        {
            model = Model.Load(config, tensors, pool, progress is null ? null : progress.Report, cancel);
            tensors.LetGo();
            return new LoadedModel(model, new KvCache(config, memory.Pages), pool, endTokens, options, memory);
        }
        catch
        {
            model?.Dispose();
            pool.Dispose();
            throw;
        }
    }

    /// <summary>Begins an answer. It runs whether it is read or not, but only a few tokens ahead of its reader.</summary>
    /// <param name="cancel">Ends it before the next token.</param>
    /// <exception cref="ArgumentException">The request makes no sense: an empty prompt, a token that is none, an option out of range, an unknown adapter.</exception>
    /// <exception cref="PromptTooLongException">The context has no room for it.</exception>
    /// <exception cref="EngineBusyException">Too many are waiting already.</exception>
    public Generation Start(GenerationRequest request, CancellationToken cancel = default)
    {
        CheckTokens(request.Prompt, 1);
        if (request.MaxTokens < 1) throw new ArgumentException("MaxTokens must be at least 1.", nameof(request));
        var sampler = new Sampler(request.Sampling, Config.Vocabulary, request.Prompt);
        var generation = new Generation(request.Prompt.Count, _signal);
        var limit = (int)Math.Min(ContextTokens, (long)request.Prompt.Count + request.MaxTokens);
        var adapter = Use(request.Adapter);
        Add(new GenerationSequence(request, generation, sampler, adapter, [.. _endTokens, .. request.EndTokens], limit, _totals, _scratch));
        if (cancel.CanBeCanceled) generation.CancelWith(cancel);
        return generation;
    }

    /// <summary>The meaning of a text as a unit vector of Config.Hidden numbers: hidden states after the final norm, pooled.</summary>
    /// <exception cref="ArgumentException">No tokens, or one that is none, or an unknown adapter.</exception>
    /// <exception cref="PromptTooLongException">The context has no room for them.</exception>
    /// <exception cref="EngineBusyException">Too many are waiting already.</exception>
    public Task<float[]> EmbedAsync(IReadOnlyList<int> tokens, Pooling pooling = Pooling.Mean, string? adapter = null, CancellationToken cancel = default)
    {
        CheckTokens(tokens, 0);
        var sequence = new EmbeddingSequence(tokens, pooling, Config.Hidden, Use(adapter), cancel);
        Add(sequence);
        return cancel.CanBeCanceled ? WakeOnCancel(sequence.Completion, cancel) : sequence.Completion;
    }

    /// <summary>Runs one short answer, so that the first caller meets compiled code and weights in memory.</summary>
    public async Task WarmUpAsync(CancellationToken cancel = default)
    {
        var prompt = Enumerable.Range(0, Math.Min(24, ContextTokens - 1)).Select(i => i % Config.Vocabulary).ToArray();
        var generation = Start(new GenerationRequest { Prompt = prompt, MaxTokens = 2, Sampling = new SamplingOptions { Temperature = 0 } }, cancel);
        await generation.Completion.ConfigureAwait(false);
    }

    /// <summary>Adds a LoRA adapter as PEFT saves it, under a name; requests that name it are answered with it from now on.</summary>
    /// <param name="folder">With adapter_config.json and adapter_model.safetensors.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="ModelFormatException">It belongs to another model, or changes what cannot be adapted here.</exception>
    public void AddAdapter(string name, string folder)
    {
        var files = LoraFiles.Open(folder, Config);
        AddAdapter(name, files.Modules, files);
    }

    internal void AddAdapter(string name, IEnumerable<StoredLora> modules, IDisposable? files = null)
    {
        using var packing = new WorkerPool(1);
        var adapter = LoraAdapter.Create(name, Interlocked.Decrement(ref _roots), Config, modules, packing, files);
        lock (_lock)
        {
            if (_adapters.TryAdd(name, adapter)) return;
        }
        adapter.Release();
        throw new ArgumentException($"There is an adapter {name} already.", nameof(name));
    }

    /// <summary>Removes an adapter. Answers that use it are finished with it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool RemoveAdapter(string name)
    {
        LoraAdapter? adapter;
        lock (_lock)
        {
            if (!_adapters.Remove(name, out adapter)) return false;
        }
        adapter.Release();
        return true;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_closing) return;
            _closing = true;
        }
        _wake.Set();
        _thread.Join();
        foreach (var name in _adapters.Keys.ToArray()) RemoveAdapter(name);
        _model.Dispose();
        _cache.Dispose();
        _pool.Dispose();
        _files?.Dispose();
    }

    public async ValueTask DisposeAsync() =>
        await Task.Factory.StartNew(Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);

    private void Loop()
    {
        try
        {
            while (!_closing)
            {
                if (!_scheduler.Step()) _wake.WaitOne();
            }
            _scheduler.Close(Ending.Cancelled);
        }
        catch (Exception failure)
        {
            // Whatever broke must reach those who wait, and no one else may come.
            _scheduler.Close(new Ending(failure));
        }
    }

    private void Wake() => _wake.Set();

    private void Add(Sequence sequence)
    {
        try
        {
            _scheduler.Add(sequence);
        }
        catch
        {
            sequence.Adapter?.Release();
            throw;
        }
        Wake();
    }

    private LoraAdapter? Use(string? name)
    {
        if (name is null) return null;
        lock (_lock)
        {
            if (!_adapters.TryGetValue(name, out var adapter)) throw new ArgumentException($"There is no adapter {name}.", nameof(name));
            adapter.Hold();
            return adapter;
        }
    }

    private void CheckTokens(IReadOnlyList<int> tokens, int answer)
    {
        if (tokens.Count == 0) throw new ArgumentException("A prompt has at least one token.", nameof(tokens));
        if (tokens.Count + answer > ContextTokens) throw new PromptTooLongException(tokens.Count, ContextTokens);
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)Config.Vocabulary) throw new ArgumentException($"{token} is no token: the vocabulary has {Config.Vocabulary}.", nameof(tokens));
        }
    }

    private async Task<float[]> WakeOnCancel(Task<float[]> embedding, CancellationToken cancel)
    {
        await using var registration = cancel.UnsafeRegister(static model => ((LoadedModel)model!).Wake(), this).ConfigureAwait(false);
        return await embedding.ConfigureAwait(false);
    }
}

-- What a person does in Neovim: opens the showcase, reads the findings, applies a quick fix, and looks again. Also for 0.7.
-- Settings come from the page on editors; this is run by try-editors.sh with the file already open.

local RULE = 'wrong-principal-id'

local function fail(why)
  io.stderr:write('\nneovim: ' .. why .. '\n')
  vim.cmd('cquit 1')
end

local function say(text)
  io.stdout:write(text .. '\n')
end

local function found()
  local findings = vim.diagnostic.get(0)
  table.sort(findings, function(a, b)
    return a.lnum < b.lnum
  end)
  return findings
end

local function of_rule(name)
  for _, finding in ipairs(found()) do
    if finding.code == name then
      return finding
    end
  end
end

local function wait(what, condition)
  if not vim.wait(30000, condition, 50) then
    fail('waited in vain for ' .. what)
  end
end

local function run()
  local version = vim.version()
  say(('Neovim %d.%d.%d'):format(version.major, version.minor, version.patch))
  wait('findings', function()
    return of_rule(RULE) ~= nil
  end)
  for _, finding in ipairs(found()) do
    say(('%d:%d %s: %s'):format(finding.lnum + 1, finding.col + 1, finding.code, (finding.message:gsub('\n.*', ''))))
  end
  local before = #found()
  local finding = of_rule(RULE)
  local line = vim.api.nvim_buf_get_lines(0, finding.lnum, finding.lnum + 1, true)[1]
  vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })

  local titles = {}
  if vim.fn.has('nvim-0.8') == 1 then
    vim.lsp.buf.code_action({
      apply = true,
      filter = function(action)
        table.insert(titles, action.title)
        return action.isPreferred
      end,
    })
  else
    local params = vim.lsp.util.make_range_params()
    params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
    local id, answer = next(vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 30000) or {})
    for _, action in ipairs(answer and answer.result or {}) do
      table.insert(titles, action.title)
      if action.isPreferred then
        vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(id).offset_encoding)
      end
    end
  end
  wait('the fix', function()
    return vim.api.nvim_buf_get_lines(0, finding.lnum, finding.lnum + 1, true)[1] ~= line
  end)
  for _, title in ipairs(titles) do
    say('offered: ' .. title)
  end
  local now = vim.api.nvim_buf_get_lines(0, finding.lnum, finding.lnum + 1, true)[1]
  say('before: ' .. vim.trim(line))
  say('after:  ' .. vim.trim(now))
  if now ~= (line:gsub('client_id', 'principal_id', 1)) then
    fail('the fix made something else of the line')
  end
  wait('the finding to go', function()
    return of_rule(RULE) == nil and #found() == before - 1
  end)


  -- The same by the command of the page.
  if vim.fn.exists(':IdentilintFixAll') == 2 then
    vim.cmd('undo')
    wait('the finding to come back', function()
      return of_rule(RULE) ~= nil
    end)
    vim.cmd('IdentilintFixAll')
    wait('all fixes', function()
      return of_rule(RULE) == nil
    end)
    say('all safe fixes: applied')
  end
  vim.cmd('write')
  say(('left: %d findings'):format(#found()))
  vim.cmd('qall!')
end

local ok, why = xpcall(run, debug.traceback)
if not ok then
  fail(why)
end

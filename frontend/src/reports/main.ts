import th from 'messages:th/common,life,reports'
import { startPage } from '../page'
import ReportsPage from './ReportsPage.svelte'

void startPage(ReportsPage, { th, en: () => import('messages:en/common,life,reports') })
